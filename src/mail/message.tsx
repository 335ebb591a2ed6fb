import { type Html, renderPage } from '../html/html.ts'
import { counted } from '../html/plural.ts'
import { Filled, fill, type Sentence } from '../html/sentence.tsx'
import type { CodePurpose } from '../protocol/code-purpose.ts'
import type { EmbeddedPicture } from '../system/smtp.ts'
import { Code, Letter, Paragraph } from './letter.tsx'
import type { CodeMail, Mail } from './mail.ts'
import type { MailBranding } from './mail-branding.ts'
import { type MailText, mailTextIn } from './text/index.ts'

/** A mail as its reader gets it, in two forms that say the same. */
export interface Message {
  readonly subject: string
  readonly text: string
  readonly html: Html
  readonly pictures: readonly EmbeddedPicture[]
  /** BCP 47 */
  readonly language: string
}

/** @param hasAccount of whoever has the address it goes to. */
export const composeMessage = (
  mail: Mail,
  { branding, hasAccount, codeMinutes }: { branding: MailBranding; hasAccount: boolean; codeMinutes: number },
): Message => {
  const text = mailTextIn(mail.language)
  const operator = branding.name
  const shared = { language: text.language.tag, pictures: branding.logo ? [branding.logo] : [] }
  if (mail.kind === 'code') {
    const { subject, enter } = text.codes[codeTextOf(mail.purpose, hasAccount)]
    const { goodFor, notYou, keepSecret } = text.codes
    const lasting = counted(text.language, goodFor, codeMinutes)
    const title = fill(subject, { operator })
    return {
      ...shared,
      subject: title,
      text: paragraphs(
        fill(enter, { operator }),
        mail.code,
        lasting,
        notYou,
        fill(keepSecret, { operator }),
        operator,
      ),
      html: renderPage(
        <Letter text={text} title={title} branding={branding}>
          {(palette) => (
            <>
              <Paragraph palette={palette}>
                <Filled sentence={enter} values={{ operator }} />
              </Paragraph>
              <Code palette={palette}>{mail.code}</Code>
              <Paragraph palette={palette}>{lasting}</Paragraph>
              <Paragraph palette={palette} tone="muted">
                {notYou}
              </Paragraph>
              <Paragraph palette={palette} tone="muted">
                <Filled sentence={keepSecret} values={{ operator }} />
              </Paragraph>
            </>
          )}
        </Letter>,
      ),
    }
  }
  const { subject, message } = noticeTextOf(mail, text)
  const { notYou } = text.notices
  const values = { operator, email: mail.kind === 'email_changed' ? mail.email : '' }
  const title = fill(subject, { operator })
  return {
    ...shared,
    subject: title,
    text: paragraphs(fill(message, values), fill(notYou, { operator }), operator),
    html: renderPage(
      <Letter text={text} title={title} branding={branding}>
        {(palette) => (
          <>
            <Paragraph palette={palette}>
              <Filled sentence={message} values={values} />
            </Paragraph>
            <Paragraph palette={palette}>
              <Filled sentence={notYou} values={{ operator }} />
            </Paragraph>
          </>
        )}
      </Letter>,
    ),
  }
}

const noticeTextOf = (
  mail: Exclude<Mail, CodeMail>,
  { notices: { passwordChanged, emailChanged } }: MailText,
): { readonly subject: Sentence<'operator'>; readonly message: Sentence<'operator'> } => {
  if (mail.kind === 'email_changed') return emailChanged
  const { subject, message, withoutEndingOthers } = passwordChanged
  return { subject, message: mail.endedOthers === false ? withoutEndingOthers : message }
}

const codeTextOf = (purpose: CodePurpose, hasAccount: boolean) => {
  switch (purpose) {
    case 'sign_in':
      return 'signIn'
    case 'sign_up':
      return hasAccount ? 'signUpAgain' : 'signUp'
    case 'reset_password':
      return 'resetPassword'
    case 'verify_email':
      return 'verifyEmail'
    case 'change_email':
      return 'changeEmail'
  }
}

const paragraphs = (...each: readonly string[]): string => `${each.join('\n\n')}\n`
