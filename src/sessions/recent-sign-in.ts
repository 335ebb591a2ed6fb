import { addSeconds } from '../system/clock.ts'

/** For how long whoever has signed in may change how one signs in (OWASP ASVS 5 §7.5.1). */
export const RECENT_SECONDS = 600

export const isRecent = ({ authenticatedAt }: { readonly authenticatedAt: Date }, now: Date): boolean =>
  now < addSeconds(authenticatedAt, RECENT_SECONDS)
