import { describe, expect, test } from 'vitest'
import {
  type IdentityProviderId,
  newIdentifier,
  type SessionId,
  type UserId,
} from '../../src/protocol/identifiers.ts'
import { fingerprintOf, newProgress, newProof, type Proof } from '../../src/sessions/sign-in-progress.ts'
import { type SignInFacts, signInStep } from '../../src/sessions/sign-in-step.ts'
import { systemRandom } from '../../src/system/random.ts'

const now = new Date('2026-01-01T00:00:00Z')
const userId = 'user_1' as UserId
const sessionId = 'session_1' as SessionId
const nobody: SignInFacts = {
  user: undefined,
  isStillTheirs: true,
  session: undefined,
  demand: undefined,
  requiresVerifiedEmail: false,
  requiredProviders: [],
}
const user = { id: userId, passwordHash: 'a hash', emailVerified: true, normalizedEmail: 'ada@example.com' }
const facts: SignInFacts = { ...nobody, user }

const shown = { userId, amr: ['pwd'], authenticatedAt: now }
const proof = (passwordHash: string | null = 'a hash') =>
  newProof({ ...shown, passwordFingerprint: fingerprintOf(passwordHash) }, systemRandom)
const ofSession = newProof({ ...shown, sessionId }, systemRandom)
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
    ['the password was changed', proof('before'), facts],
    ['the first password was set', proof(null), facts],
    ['the password was taken away', proof(), { ...facts, user: { ...facts.user, passwordHash: null } }],
    ['a passkey or a provider was taken away', proof(), { ...facts, isStillTheirs: false }],
    ['the session has ended', ofSession, facts],
    ['the session is another', ofSession, { ...facts, session: { id: 'session_2', userId } }],
  ] as [string, Proof, SignInFacts][])('begins anew where %s since', (_, proved, since) => {
    expect(signInStep(having(proved), since)).toBe('over')
  })

  test('goes on in a session that is still there, whatever became of the password', () => {
    const changed = { ...facts, user: { ...user, passwordHash: 'another' } }
    const inSession = { ...changed, session: { id: sessionId, userId } }
    expect(signInStep(having(ofSession), inSession)).toBe('done')
  })

  test('a provider that an organization demands has vouched for whom it named, and for no colleague who comes along', () => {
    const id = newIdentifier('identityProvider', now, systemRandom)
    const demanded = { ...facts, requiredProviders: [{ id }] }
    const linking = (email: string) => ({
      ...having(proof()),
      linking: { providerId: id, subject: 'there', email, organizationId: null },
    })
    expect(signInStep(linking('Ada@example.com'), demanded)).toBe('done')
    expect(signInStep(linking('grace@example.com'), demanded)).toBe('identity_provider')
  })

  test('any of several that an organization demands vouches for whom it named', () => {
    const [first, second, other] = [1, 2, 3].map(() =>
      newIdentifier('identityProvider', now, systemRandom),
    ) as [IdentityProviderId, IdentityProviderId, IdentityProviderId]
    const demanded = { ...facts, requiredProviders: [{ id: first }, { id: second }] }
    const by = (providerId: IdentityProviderId) => having({ ...proof(), providerId, subject: 'there' })
    expect(signInStep(by(first), demanded)).toBe('done')
    expect(signInStep(by(second), demanded)).toBe('done')
    expect(signInStep(by(other), demanded)).toBe('identity_provider')
    expect(signInStep(having(proof()), demanded)).toBe('identity_provider')
  })
})
