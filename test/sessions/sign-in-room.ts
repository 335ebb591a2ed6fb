import { createSignInWithPassword, type SignInAttempt } from '../../src/sessions/sign-in.ts'
import { createPasswordHasher, type PasswordHasher } from '../../src/system/password-hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom } from '../events/test-room.ts'

export const realHasher = createPasswordHasher({ concurrent: 2, waiting: 1000 })

/** A room in which people sign in. */
export const openSignInRoom = async () => {
  const room = await openTestRoom()

  /** Sign-in with a hasher that says what it did. */
  const opened = (hasher: PasswordHasher = realHasher) => {
    const work: string[] = []
    const passwordHasher: PasswordHasher = {
      ...hasher,
      hash: (password) => {
        work.push('hash')
        return hasher.hash(password)
      },
      verify: (hash, ...forms) => {
        work.push('verify')
        return hasher.verify(hash, ...forms)
      },
      pretend: (password) => {
        work.push('verify')
        return hasher.pretend(password)
      },
    }
    const signIn = createSignInWithPassword({
      stores: room.stores,
      transaction: room.transaction,
      passwordHasher,
      clock: room.clock,
      random: systemRandom,
      sessionSeconds: async () => 3600,
      limits: { windowSeconds: 60, perEmail: 10, perAddress: 100 },
    })
    return { signIn, work }
  }

  let addresses = 0
  /** Of an address that nobody has tried from. */
  const attempt = (given: Partial<SignInAttempt> & { readonly email: string }): SignInAttempt => {
    addresses += 1
    return {
      password: 'correct horse battery staple',
      address: `198.51.${100 + (addresses >> 8)}.${addresses & 0xff}`,
      ...given,
    }
  }

  const signedIn = async (given: SignInAttempt, { signIn } = opened()) => {
    const result = await signIn(given)
    if (result.outcome !== 'signed_in') throw new RangeError(result.outcome)
    return result
  }

  const eventsFrom = async (name: 'authentication.password_failed' | 'sign_in.throttled', address: string) =>
    (await room.stores.events.byName(name, 10_000)).filter(({ data }) => data['ip_address'] === address)

  return {
    ...room,
    opened,
    attempt,
    signedIn,
    failuresFrom: (address: string) => eventsFrom('authentication.password_failed', address),
    throttledFrom: (address: string) => eventsFrom('sign_in.throttled', address),
  }
}
