import { describe, expect, test } from 'vitest'
import type { ContextDemand } from '../../src/protocol/authentication-methods.ts'
import type { SessionId } from '../../src/protocol/identifiers.ts'
import { type SecondFactorFacts, wantedSecondFactor } from '../../src/sessions/second-factor-step.ts'
import type { Proof } from '../../src/sessions/sign-in-progress.ts'

const nothing: SecondFactorFacts = {
  ...{ hasTotp: false, passkeys: 0, recoveryCodes: 0 },
  ...{ rule: 'optional', canHavePasskeys: true },
}
const startedAt = new Date()
const password = ['pwd']
const twoFactors = ['pwd', 'otp', 'mfa']

const MULTI_FACTOR = 'urn:latchkey:acr:multi-factor'
const wish = (...contextClasses: ContextDemand['contextClasses'][number][]): ContextDemand => ({
  contextClasses,
  isEssential: false,
})
const must = (...contextClasses: ContextDemand['contextClasses'][number][]): ContextDemand => ({
  contextClasses,
  isEssential: true,
})

const wanted = (
  amr: readonly string[],
  facts: Partial<SecondFactorFacts>,
  demand?: ContextDemand,
  hasDeclinedFactor = false,
  proved: Partial<Pick<Proof, 'authenticatedAt' | 'sessionId'>> = {},
) => {
  const found = wantedSecondFactor(
    { amr, authenticatedAt: startedAt, sessionId: undefined, ...proved },
    { startedAt, hasDeclinedFactor },
    { ...nothing, ...facts },
    demand,
  )
  return found && `${found.step}: ${found.kinds.join(', ')}${found.mayDecline ? '; or not' : ''}`
}

describe('a second factor', () => {
  test.each([
    ['of nobody who has none', password, {}, undefined],
    ['of whoever has an app', password, { hasTotp: true }, 'second_factor: totp'],
    [
      'of whoever has an app, or a passkey in its place',
      password,
      { hasTotp: true, passkeys: 1 },
      'second_factor: totp, passkey',
    ],
    ['of nobody who has shown two', twoFactors, { hasTotp: true }, undefined],
    ['of nobody who came by a passkey', ['swk', 'user', 'mfa'], { hasTotp: true }, undefined],
    ['of nobody for having a passkey', password, { passkeys: 2 }, undefined],
    ['of nobody where it is off', password, { hasTotp: true, rule: 'off' }, undefined],
    [
      'of everybody where it is required',
      password,
      { rule: 'required', passkeys: 1 },
      'second_factor: passkey',
    ],
    [
      'of those who have none there, a new one',
      password,
      { rule: 'required' },
      'set_up_second_factor: totp, passkey',
    ],
    [
      'an app, where there are no passkeys',
      password,
      { rule: 'required', passkeys: 1, canHavePasskeys: false },
      'set_up_second_factor: totp',
    ],
  ] as const)('is asked for %s', (_title, amr, facts, expected) => {
    expect(wanted(amr, facts)).toBe(expected)
  })

  test('OIDC Core §3.1.2.1: a wish is asked for, and nobody is held up by it', () => {
    expect(wanted(password, {}, wish(MULTI_FACTOR))).toBe('set_up_second_factor: totp, passkey; or not')
    expect(wanted(password, {}, wish(MULTI_FACTOR), true)).toBeUndefined()
    expect(wanted(password, { passkeys: 1 }, wish(MULTI_FACTOR))).toBe('second_factor: passkey; or not')
    expect(wanted(twoFactors, {}, wish(MULTI_FACTOR))).toBeUndefined()
    expect(wanted(password, { rule: 'off', canHavePasskeys: false }, wish(MULTI_FACTOR))).toBeUndefined()
  })

  test('OWASP ASVS 5 §7.5.1: of a session that is older than ten minutes it is shown, and not set up', () => {
    const since = (seconds: number, sessionId?: SessionId) =>
      wanted(password, {}, wish(MULTI_FACTOR), false, {
        authenticatedAt: new Date(startedAt.getTime() - seconds * 1000),
        sessionId,
      })
    const session = 'session_1' as SessionId
    expect(since(599, session)).toBe('set_up_second_factor: totp, passkey; or not')
    expect(since(600, session)).toBe('set_up_second_factor: ; or not')
    // By a provider, where they signed in this morning.
    expect(since(36_000)).toBe('set_up_second_factor: totp, passkey; or not')
    const proved = { authenticatedAt: new Date(0), sessionId: session }
    expect(wanted(password, { hasTotp: true }, undefined, false, proved)).toBe('second_factor: totp')
  })

  test('OIDC Core §5.5.1.1: so is what is essential, which the request fails without; none that cannot be had', () => {
    expect(wanted(password, {}, must(MULTI_FACTOR))).toBe('set_up_second_factor: totp, passkey; or not')
    expect(wanted(password, {}, must(MULTI_FACTOR), true)).toBeUndefined()
    expect(wanted(password, { canHavePasskeys: false }, must('phr'))).toBeUndefined()
  })

  test('what is resistant to phishing is no code; but what is due anyway may be shown as one', () => {
    expect(wanted(password, {}, wish('phr'))).toBe('set_up_second_factor: passkey; or not')
    expect(wanted(twoFactors, { hasTotp: true, passkeys: 1 }, must('phr'))).toBe(
      'second_factor: passkey; or not',
    )
    expect(wanted(twoFactors, { hasTotp: true }, must('phr'))).toBe('set_up_second_factor: passkey; or not')
    expect(wanted(password, { hasTotp: true, passkeys: 1 }, must('phr'))).toBe('second_factor: totp, passkey')
    // Any of those that are asked for will do.
    expect(wanted(password, { rule: 'optional' }, wish('phr', MULTI_FACTOR))).toBe(
      'set_up_second_factor: totp, passkey; or not',
    )
  })

  test('declining a wish is not declining what the operator requires', () => {
    expect(wanted(password, { rule: 'required' }, wish(MULTI_FACTOR), true)).toBe(
      'set_up_second_factor: totp, passkey',
    )
  })
})
