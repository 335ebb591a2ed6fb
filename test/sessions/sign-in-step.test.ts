import { describe, expect, test } from 'vitest'
import { newIdentifier, type SessionId, type UserId } from '../../src/protocol/identifiers.ts'
import { fingerprintOf, newProgress, newProof, type Proof } from '../../src/sessions/sign-in-progress.ts'
import { type SignInFacts, signInStep } from '../../src/sessions/sign-in-step.ts'
import { systemRandom } from '../../src/system/random.ts'

const now = new Date('2026-01-01T00:00:00Z')
const userId = 'user_1' as UserId
const sessionId = 'session_1' as SessionId
const nobody: SignInFacts = {
  user: undefined,
  session: undefined,
  demand: undefined,
  requiresVerifiedEmail: false,
  requiredProvider: undefined,
}
const user = { id: userId, passwordHash: 'a hash', emailVerified: true, normalizedEmail: 'ada@example.com' }
const facts: SignInFacts = { ...nobody, user }

const proof = (given: Partial<Proof> = {}) =>
  newProof(
    { userId, amr: ['pwd'], authenticatedAt: now, passwordFingerprint: fingerprintOf('a hash'), ...given },
    systemRandom,
  )
const having = (proved: Proof) => ({ ...newProgress(now, 'ada@example.com'), proved })

describe('who signs in', () => {
  test('says who they are first, then shows it', () => {
    expect(signInStep(newProgress(now), nobody)).toBe('email')
    expect(signInStep(newProgress(now, 'ada@example.com'), nobody)).toBe('password')
  })

  test('is done when they have', () => {
    expect(signInStep(having(proof()), facts)).toBe('done')
  })

  test.each([
    ['the user was deleted', proof(), { ...facts, user: undefined }],
    ['the password was changed', proof({ passwordFingerprint: fingerprintOf('before') }), facts],
    ['the password was taken away', proof(), { ...facts, user: { ...facts.user, passwordHash: null } }],
    ['the session has ended', proof({ sessionId }), facts],
    ['the session is another', proof({ sessionId }), { ...facts, session: { id: 'session_2', userId } }],
  ] as [string, Proof, SignInFacts][])('begins anew where %s since', (_, proved, since) => {
    expect(signInStep(having(proved), since)).toBe('over')
  })

  test('goes on where what was shown was no password, or the session is still there', () => {
    const changed = { ...facts, user: { ...user, passwordHash: 'another' } }
    expect(signInStep(having(proof({ passwordFingerprint: undefined })), changed)).toBe('done')
    const inSession = { ...facts, session: { id: sessionId, userId } }
    expect(signInStep(having(proof({ sessionId })), inSession)).toBe('done')
  })
  test('a provider that an organization demands has vouched for whom it named, and for no colleague who comes along', () => {
    const id = newIdentifier('identityProvider', now, systemRandom)
    const demanded = { ...facts, requiredProvider: { id } }
    const linking = (email: string) => ({
      ...having(proof()),
      linking: { providerId: id, subject: 'there', email, organizationId: null },
    })
    expect(signInStep(linking('Ada@example.com'), demanded)).toBe('done')
    expect(signInStep(linking('grace@example.com'), demanded)).toBe('identity_provider')
  })
})
