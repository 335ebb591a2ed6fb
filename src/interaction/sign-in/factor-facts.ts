import type { UserId } from '../../protocol/identifiers.ts'
import {
  type SecondFactorFacts,
  type SecondFactorWanted,
  wantedSecondFactor,
} from '../../sessions/second-factor-step.ts'
import type { Proof } from '../../sessions/sign-in-progress.ts'
import type { SignInContext, SignInPages } from './context.ts'

/** What somebody has, and what the operator wants of them, as of now. */
export const secondFactorFacts = async (
  { stores, environment, authenticators }: Pick<SignInPages, 'stores' | 'environment' | 'authenticators'>,
  userId: UserId,
): Promise<SecondFactorFacts> => {
  const { settings } = environment.latest()
  return {
    ...(await stores.passkeys.secondFactorsOf(userId)),
    rule: settings.secondFactor,
    canHavePasskeys: settings.passkeys && authenticators.relyingParty !== undefined,
  }
}

/** The step a page of second factors is about: whose it is, what they have, and what is wanted. */
export interface FactorStep {
  readonly proved: Proof
  readonly facts: SecondFactorFacts
  readonly wanted: SecondFactorWanted
}

/** Undefined if nothing is wanted any more. */
export const factorStepOf = async (
  pages: SignInPages,
  { progress, authorizationRequest }: SignInContext,
): Promise<FactorStep | undefined> => {
  const proved = progress?.proved
  if (!proved) return undefined
  const facts = await secondFactorFacts(pages, proved.userId)
  const wanted = wantedSecondFactor(proved, progress, facts, authorizationRequest?.contextDemand)
  return wanted && { proved, facts, wanted }
}
