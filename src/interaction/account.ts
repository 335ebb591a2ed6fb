import type { LiveSession } from '../storage/stores/sessions.ts'
import { displayName } from '../users/user.ts'
import type { Account } from './pages/account.tsx'

/** Who is signed in, as pages say it. */
export const accountOf = (session: LiveSession): Account => {
  const { email } = session
  const name = displayName(session)
  return name === email ? { email } : { email, name }
}
