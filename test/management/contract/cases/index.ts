import type { Cases } from '../cases.ts'
import { environmentCases } from './environment.ts'
import { organizationCases } from './organizations.ts'

export const cases: Cases = {
  ...organizationCases,
  ...environmentCases,
}
