import type { Cases } from '../cases.ts'
import { applicationCases } from './applications.ts'
import { environmentCases } from './environment.ts'
import { membershipCases } from './memberships.ts'
import { organizationCases } from './organizations.ts'
import { userCases } from './users.ts'

export const cases: Cases = {
  ...applicationCases,
  ...organizationCases,
  ...membershipCases,
  ...userCases,
  ...environmentCases,
}
