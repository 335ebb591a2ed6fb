import type { MailConfig } from '../config/mail-settings.ts'
import { type Issuer, isOnDevelopersMachine } from '../protocol/issuer.ts'
import { paths } from '../protocol/paths.ts'
import type { MailFailure } from '../system/smtp.ts'
import { type Finding, findingsOn } from './finding.ts'

const { ok, warning, problem } = findingsOn('mail')

export interface CheckingMail {
  readonly mail: MailConfig | undefined
  readonly issuer: Issuer
  /** What came of signing in to the server, without sending anything. */
  readonly failure: MailFailure | undefined
  /** What came of sending, if somebody wanted that. */
  readonly sent: { readonly to: string; readonly failure: MailFailure | undefined } | undefined
}

export const checkMail = ({ mail, issuer, failure, sent }: CheckingMail): readonly Finding[] => {
  if (!mail) {
    if (isOnDevelopersMachine(issuer))
      return [ok(`No mail leaves this machine; it is read at ${issuer}${paths.developmentMail}.`)]
    return [
      warning(
        'There is no server to send mail: nobody can prove an address, or choose a new password.',
        'Set LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM.',
      ),
    ]
  }
  const { host, port, credentials, requiresTls, isImplicitTls } = mail.smtp
  const place = `${host}:${port}`
  if (failure)
    return [problem(`The mail server ${place} does not take us: ${meaningOf(failure)}.`, cureOf(failure))]
  const how = `${isImplicitTls || requiresTls ? 'over TLS' : 'in clear'}${credentials ? ', signed in' : ''}`
  const findings = [ok(`The mail server ${place} takes us (${how}).`)]
  if (sent) {
    findings.push(
      sent.failure
        ? problem(
            `It did not take a mail to ${sent.to}: ${meaningOf(sent.failure)}.`,
            cureOfSending(sent.failure, mail.from.address),
          )
        : ok(`It took a mail to ${sent.to}; see that it arrives, and not among the spam.`),
    )
  }
  return findings
}

/** What nodemailer means; it puts a code of its own in place of the system's. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  ESOCKET: 'no connection comes about, or it breaks',
  ECONNECTION: 'no connection comes about, or it breaks',
  ETIMEDOUT: 'it does not answer in time',
  EDNS: 'there is no host of that name',
  ETLS: 'no TLS comes about',
  EAUTH: 'it refuses user name or password',
  ENOAUTH: 'it wants a user name and password',
  EPROTOCOL: 'what it answers is no SMTP',
  not_an_address: 'that is no address',
}

const meaningOf = ({ code }: MailFailure): string => {
  // With the status of the answer, if there was one.
  const meaning = meanings[code.replace(/_\d+$/, '')]
  return meaning === undefined ? code : `${meaning} (${code})`
}

/** By the words of nodemailer, and those of the system below it. */
const cureOf = ({ code }: MailFailure): string => {
  if (/^EAUTH|^ENOAUTH/.test(code)) return 'Correct user name and password in LATCHKEY_SMTP_URL.'
  if (/^ETLS|CERT|SSL|SELF_SIGNED|ALTNAME/.test(code)) {
    return 'See that the server offers STARTTLS with a certificate for its name, or use smtps://. LATCHKEY_OUTBOUND_ALLOWED_HOSTS names servers that may be talked to in clear.'
  }
  if (/^EDNS|ENOTFOUND|EAI_AGAIN/.test(code)) return 'Correct the host name in LATCHKEY_SMTP_URL.'
  return 'See that host and port in LATCHKEY_SMTP_URL are right, and that no firewall is between; many providers close port 25.'
}

const cureOfSending = ({ code }: MailFailure, from: string): string =>
  code === 'not_an_address'
    ? 'Name one address, such as ada@example.com.'
    : `See what the mail server logs: often it wants another sender than ${from} (LATCHKEY_MAIL_FROM).`
