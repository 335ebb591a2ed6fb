import type { OutgoingMail, SendMail } from '../system/smtp.ts'

/*
 * Where mail ends up on the developer's own machine, without a server to send it: in the log, and on a page.
 */

/** What a developer looks back at. */
const MAILS_KEPT = 50

export interface KeptMail extends OutgoingMail {
  /** From 1, in the order in which they were sent. */
  readonly number: number
}

export interface DevelopmentOutbox {
  readonly send: SendMail
  /** The last first. */
  mails(): readonly KeptMail[]
}

export const createDevelopmentOutbox = (log: (mail: OutgoingMail) => void): DevelopmentOutbox => {
  let kept: readonly KeptMail[] = []
  return {
    send: async (mail) => {
      kept = [{ ...mail, number: (kept[0]?.number ?? 0) + 1 }, ...kept].slice(0, MAILS_KEPT)
      log(mail)
    },
    mails: () => kept,
  }
}
