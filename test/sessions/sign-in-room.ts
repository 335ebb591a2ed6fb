import { createConcludeSignIn } from '../../src/sessions/conclude-sign-in.ts'
import { createProvePassword, type PasswordAttempt } from '../../src/sessions/prove-password.ts'
import type { Proof } from '../../src/sessions/sign-in-progress.ts'
import {
  createPasswordHasher,
  type PasswordHasher,
  type PasswordHashing,
} from '../../src/system/password-hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom } from '../events/test-room.ts'

export const realHasher = createPasswordHasher({ concurrent: 2, waiting: 1000 })

/** A room in which people sign in. */
export const openSignInRoom = async () => {
  const room = await openTestRoom()

  /** Passwords, with a hasher that says what it did. */
  const opened = (hasher: PasswordHasher = realHasher) => {
    const work: string[] = []
    const noting = ({ hash, verify, pretend, needsRehash }: PasswordHashing): PasswordHashing => ({
      hash: (password) => {
        work.push('hash')
        return hash(password)
      },
      verify: (hashed, ...forms) => {
        work.push('verify')
        return verify(hashed, ...forms)
      },
      pretend: (password) => {
        work.push('verify')
        return pretend(password)
      },
      needsRehash,
    })
    const passwordHasher: PasswordHasher = {
      ...hasher,
      ...noting(hasher),
      admit: (tried) => hasher.admit((place) => tried(noting(place))),
    }
    const prove = createProvePassword({
      stores: room.stores,
      transaction: room.transaction,
      passwordHasher,
      clock: room.clock,
      random: systemRandom,
      limits: { windowSeconds: 60, perEmail: 10, perAddress: 100 },
    })
    return { prove, work }
  }

  let addresses = 0
  /** Of an address that nobody has tried from. */
  const attempt = (given: Partial<PasswordAttempt> & { readonly email: string }): PasswordAttempt => {
    addresses += 1
    return {
      password: 'correct horse battery staple',
      address: `198.51.${100 + (addresses >> 8)}.${addresses & 0xff}`,
      ...given,
    }
  }

  const proved = async (given: PasswordAttempt, { prove } = opened()): Promise<Proof> => {
    const result = await prove(given)
    if (result.outcome !== 'proved') throw new RangeError(result.outcome)
    return result.proof
  }

  const concludeSignIn = createConcludeSignIn({
    transaction: room.transaction,
    random: systemRandom,
    sessionSeconds: async () => 3600,
    progressSeconds: 1800,
  })

  /** @param former the session that the browser had. */
  const concluded = async (proof: Proof, former?: Parameters<typeof concludeSignIn>[0]['former']) => {
    const signIn = { proved: proof, address: '198.51.100.1', userAgent: undefined, former }
    return concludeSignIn(signIn, room.clock.now())
  }

  const signedIn = async (email: string, former?: Parameters<typeof concludeSignIn>[0]['former']) => {
    const started = await concluded(await proved(attempt({ email })), former)
    if (!started) throw new RangeError('not concluded')
    return started
  }

  const eventsFrom = async (name: 'authentication.password_failed' | 'sign_in.throttled', address: string) =>
    (await room.stores.events.byName(name, 10_000)).filter(({ data }) => data['ip_address'] === address)

  return {
    ...room,
    opened,
    attempt,
    proved,
    concludeSignIn,
    concluded,
    signedIn,
    failuresFrom: (address: string) => eventsFrom('authentication.password_failed', address),
    throttledFrom: (address: string) => eventsFrom('sign_in.throttled', address),
  }
}
