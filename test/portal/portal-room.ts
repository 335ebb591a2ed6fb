import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { signedInAt } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestBrowser, Visited } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'

const SETTINGS = '/latchkey/v1/settings'

/** A server whose portal is on, with the role that opens it. */
export const startPortalApp = async (): Promise<TestApp> => {
  const app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  await openPortalOf(app)
  return app
}

/** Switches it on, and makes the role. */
export const openPortalOf = async (app: Pick<TestApp, 'management'>): Promise<void> => {
  const management = await app.management()
  await management.post('/authorization/roles', { slug: 'admin', name: 'Admin' })
  await management.patch(SETTINGS, { developer_portal: true })
}

export const limitPortal = async (
  app: Pick<TestApp, 'management'>,
  developer_portal_limits: Readonly<Record<string, unknown>> | null,
): Promise<void> => {
  await (await app.management()).patch(SETTINGS, { developer_portal_limits })
}

/** Somebody who belongs to the organizations as what the role says. */
export const memberOf = async (
  app: Pick<TestApp, 'fixtures' | 'management'>,
  organizations: readonly OrganizationId[],
  role_slug: 'admin' | 'member' = 'admin',
): Promise<TestUser> => {
  const user = await app.fixtures.user()
  const management = await app.management()
  for (const organization_id of organizations) {
    await management.post('/user_management/organization_memberships', {
      ...{ user_id: user.id, organization_id, role_slug },
    })
  }
  return user
}

/** Signs in as an admin of an organization, and arrives at a page of it. */
export const adminAt = async (
  app: Pick<TestApp, 'issuer' | 'fixtures' | 'management'>,
  organization: OrganizationId,
  below = '',
): Promise<{ readonly user: TestUser; readonly browser: TestBrowser; readonly visited: Visited }> => {
  const user = await memberOf(app, [organization])
  return { user, ...(await signedInAt(app, user, `/developers/${organization}${below}`)) }
}
