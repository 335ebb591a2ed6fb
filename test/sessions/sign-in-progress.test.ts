import { describe, expect, test } from 'vitest'
import type { IdentityProviderId, PasskeyId, SessionId, UserId } from '../../src/protocol/identifiers.ts'
import {
  createSignInProgresses,
  fingerprintOf,
  newProgress,
  newProof,
  type SignInProgress,
} from '../../src/sessions/sign-in-progress.ts'
import { createSealer } from '../../src/system/encryption.ts'
import { systemRandom } from '../../src/system/random.ts'

const SECONDS = 1800
const sealer = createSealer('a secret', 'sign-in-progress', systemRandom)
const progresses = createSignInProgresses(sealer, SECONDS)
const begun = new Date('2026-01-01T00:00:00Z')
const place = { browser: 'a browser', request: 'a request' }
const atSecond = (seconds: number) => new Date(begun.getTime() + seconds * 1000)

const proved: SignInProgress = {
  ...newProgress(begun, 'Ada@example.com'),
  proved: newProof(
    {
      userId: 'user_1' as UserId,
      amr: ['pwd'],
      authenticatedAt: atSecond(20),
      passwordFingerprint: fingerprintOf('a hash'),
      passkeyIds: ['passkey_1' as PasskeyId],
      providerId: 'idp_1' as IdentityProviderId,
      subject: 'there',
    },
    systemRandom,
  ),
  emailCode: { purpose: 'verify_email', handle: 'a handle' },
  provedEmail: 'ada@example.com',
}

test('what another version sealed, that this one cannot follow, begins anew: nodes are updated one after the other', () => {
  const emailCode = { purpose: 'of_the_next_version', handle: 'a handle' }
  const later = { startedAt: begun.getTime(), emailCode }
  const sealed = sealer.seal(JSON.stringify(later), 'a browser a request')
  expect(progresses.open(sealed, place, atSecond(60))).toBeUndefined()
})

const ofSession = newProof(
  {
    userId: 'user_1' as UserId,
    amr: ['pwd'],
    authenticatedAt: atSecond(20),
    sessionId: 'session_1' as SessionId,
  },
  systemRandom,
)

describe('a sign-in between its pages', () => {
  test.each([
    ['begun', newProgress(begun)],
    ['identified', newProgress(begun, 'ada@example.com')],
    ['proved', proved],
    ['of which more is wanted', { ...proved, proved: ofSession }],
  ])('comes back as it was: %s', (_, progress) => {
    expect(progresses.open(progresses.seal(progress, place), place, begun)).toEqual(progress)
  })

  test('does not say what it holds, and is never the same twice', () => {
    const [one, two] = [progresses.seal(proved, place), progresses.seal(proved, place)]
    expect(one).not.toBe(two)
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toMatch(/Ada@|user_1|pwd/)
  })

  test('opens in the browser it was begun in, and in no other', () => {
    const another = { ...place, browser: 'another' }
    expect(progresses.open(progresses.seal(proved, place), another, begun)).toBeUndefined()
  })

  test('opens for the request it was begun for, and for no other, be it none', () => {
    for (const [one, other] of [
      ['a request', 'another'],
      ['a request', undefined],
      [undefined, 'a request'],
    ]) {
      const sealed = progresses.seal(proved, { ...place, request: one })
      expect(progresses.open(sealed, { ...place, request: other }, begun)).toBeUndefined()
      expect(progresses.open(sealed, { ...place, request: one }, begun)).toEqual(proved)
    }
  })

  test('opens for as long as a request waits, from its beginning on', () => {
    const sealed = progresses.seal(proved, place)
    expect(progresses.open(sealed, place, atSecond(SECONDS - 1))).toEqual(proved)
    expect(progresses.open(sealed, place, atSecond(SECONDS))).toBeUndefined()
  })

  test('opens neither changed nor made up, nor what was sealed for something else', () => {
    const sealed = progresses.seal(proved, place)
    const at = sealed.length - 10
    const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
    const foreign = createSealer('a secret', 'pending-request', systemRandom).seal(
      '{}',
      'a browser a request',
    )
    for (const text of ['', 'over', changed, foreign]) {
      expect(progresses.open(text, place, begun)).toBeUndefined()
    }
  })

  test('fits into an address beside the longest request, with the longest e-mail address', () => {
    const email = `${'x'.repeat(242)}@example.com`
    // OIDC Core §2: a subject has 255 characters at most.
    const longest = proved.proved && { ...proved.proved, subject: 'x'.repeat(255) }
    const progress = { ...proved, proved: longest, email, provedEmail: email }
    expect(progresses.seal(progress, place).length).toBeLessThan(2400)
  })
})
