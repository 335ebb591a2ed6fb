import { permissionsOfRole } from '../protocol/operator-role.ts'
import { isRecent } from '../sessions/recent-sign-in.ts'
import type { Stores } from '../storage/index.ts'
import type { Caller } from './caller.ts'
import { Refusal } from './refusal.ts'
import { holdsAllOf } from './rights-over-operator.ts'

/*
 * What holds for operators beyond their permissions. A key is a secret that somebody was given to use by itself; a session
 * lies open in a browser for days.
 */

/** An operator's role does not cover what was asked for, or does not any more. */
export class MissingRight extends Refusal {
  constructor() {
    super(403, {
      message: 'Your role does not cover it. An owner can give you another.',
      code: 'forbidden',
    })
  }
}

/** Nothing was done yet: whoever asks has to prove who they are once more. */
export class SignInTooOld extends Error {
  override readonly name = 'SignInTooOld'

  constructor() {
    super('the sign-in is too long ago')
  }
}

/** OWASP ASVS 5 §7.5.1. @throws SignInTooOld */
export const requireRecentSignIn = (caller: Caller, now: Date): void => {
  if (caller.role !== undefined && !isRecent(caller, now)) throw new SignInTooOld()
}

/**
 * An operator may still do what they might when they asked, and will until the change is made. Comes last in its transaction:
 * whoever gives roles locks people before operators, and so does this.
 *
 * @throws MissingRight
 */
export const requireStillOperator = async (
  { operators }: Pick<Stores, 'operators'>,
  { role, actor }: Caller,
): Promise<void> => {
  if (role === undefined || actor.type !== 'operator') return
  const current = await operators.lockRoleOf(actor.id)
  if (current === undefined || !holdsAllOf(permissionsOfRole(current), role)) throw new MissingRight()
}
