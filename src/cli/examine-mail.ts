import type { Config } from '../config/config.ts'
import { checkMail } from '../doctor/check-mail.ts'
import type { Finding } from '../doctor/finding.ts'
import { createSendMail, MailFailure, reachMailServer } from '../system/smtp.ts'

/** @param to where a mail is to be sent, if one is. */
export const examineMail = async (
  { mail, brandName, issuer }: Config,
  to: string | undefined,
  now: Date,
): Promise<readonly Finding[]> => {
  if (!mail) return checkMail({ mail, issuer, failure: undefined, sent: undefined })
  const failure = await failureOf(reachMailServer(mail.smtp))
  if (failure || to === undefined) return checkMail({ mail, issuer, failure, sent: undefined })
  const text = `This is a test: mail of ${issuer} arrives here.`
  const sending = createSendMail(mail.smtp)({
    from: { name: mail.from.name ?? brandName, address: mail.from.address },
    to,
    subject: 'Mail of Latchkey arrives',
    text: `${text}\n`,
    html: `<p>${text}</p>`,
    pictures: [],
    language: 'en',
    date: now,
  })
  return checkMail({ mail, issuer, failure, sent: { to, failure: await failureOf(sending) } })
}

const failureOf = async (work: Promise<void>): Promise<MailFailure | undefined> => {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof MailFailure) return error
    throw error
  }
}
