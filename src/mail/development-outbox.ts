import type { OutgoingMail, SendMail } from '../system/smtp.ts'

/*
 * Where mail ends up on the developer's own machine, without a server to send it: in the log, and on a page.
 */

/** What a developer looks back at. */
const MAILS_KEPT = 50

export interface DevelopmentOutbox {
  readonly send: SendMail
  /** The last first. */
  mails(): readonly OutgoingMail[]
}

export const createDevelopmentOutbox = (log: (mail: OutgoingMail) => void): DevelopmentOutbox => {
  let kept: readonly OutgoingMail[] = []
  return {
    send: async (mail) => {
      kept = [mail, ...kept].slice(0, MAILS_KEPT)
      log(mail)
    },
    mails: () => kept,
  }
}
