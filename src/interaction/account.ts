import type { LiveSession } from '../storage/stores/sessions.ts'
import type { Account } from './pages/account.tsx'

/** Who is signed in, as pages say it. */
export const accountOf = ({ email, userName }: LiveSession): Account => ({
  email,
  ...(userName !== null && { name: userName }),
})
