import type { Cases } from '../cases.ts'
import { apiKeyCases } from './api-keys.ts'
import { applicationCases } from './applications.ts'
import { environmentCases } from './environment.ts'
import { eventCases } from './events.ts'
import { membershipCases } from './memberships.ts'
import { organizationCases } from './organizations.ts'
import { permissionCases } from './permissions.ts'
import { userCases } from './users.ts'

export const cases: Cases = {
  ...applicationCases,
  ...organizationCases,
  ...membershipCases,
  ...userCases,
  ...permissionCases,
  ...apiKeyCases,
  ...environmentCases,
  ...eventCases,
}
