import type { Text } from '../text.ts'
import { accountFactors } from './account-factors.ts'
import { accountPages } from './account-pages.ts'
import { answers } from './answers.ts'
import { consent } from './consent.ts'
import { device } from './device.ts'
import { emailCodes } from './email-codes.ts'
import { errors } from './errors.ts'
import { factors } from './factors.ts'
import { failure } from './failure.ts'
import { identityProviders } from './identity-providers.ts'
import { page } from './page.ts'
import { scopeChoice } from './scope-choice.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

export const pt: Text = {
  language: { tag: 'pt', direction: 'ltr' },
  ...page,
  ...signIn,
  ...factors,
  ...identityProviders,
  ...consent,
  ...scopeChoice,
  ...device,
  ...answers,
  ...signOut,
  ...accountPages,
  ...accountFactors,
  ...emailCodes,
  ...errors,
  ...failure,
}
