import type { Cases } from '../cases.ts'
import { apiKeyCases } from './api-keys.ts'
import { applicationCases } from './applications.ts'
import { brandingCases } from './branding.ts'
import { environmentCases } from './environment.ts'
import { eventCases } from './events.ts'
import { identityProviderCases } from './identity-providers.ts'
import { loginUriCases } from './login-uris.ts'
import { membershipCases } from './memberships.ts'
import { operatorCases } from './operators.ts'
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
  ...brandingCases,
  ...identityProviderCases,
  ...loginUriCases,
  ...eventCases,
  ...operatorCases,
}
