import type { OperatorRole } from '../../src/protocol/operator-role.ts'
import { signedInAt } from '../account/account-room.ts'
import type { TestApp } from '../support/app.ts'
import type { TestBrowser, Visited } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'

/** Signs in as an operator of that role, and arrives at the page. */
export const operatorAt = async (
  app: Pick<TestApp, 'issuer' | 'fixtures'>,
  role: OperatorRole,
  path = '/dashboard',
): Promise<{ readonly user: TestUser; readonly browser: TestBrowser; readonly visited: Visited }> => {
  const user = await app.fixtures.operator(role)
  return { user, ...(await signedInAt(app, user, path)) }
}
