import type { ComponentChildren } from 'preact'
import { type Html, renderPage } from '../html/html.ts'
import { counted } from '../html/plural.ts'
import { Filled, fill, type Sentence } from '../html/sentence.tsx'
import type { CodePurpose } from '../protocol/code-purpose.ts'
import type { CodeMail, Mail } from './mail.ts'
import { type MailText, mailTextIn } from './text/index.ts'

/** A mail as its reader gets it, in two forms. */
export interface Message {
  readonly subject: string
  readonly text: string
  readonly html: Html
  /** BCP 47 */
  readonly language: string
}

export interface MailBranding {
  readonly name: string
}

/** @param hasAccount of whoever has the address it goes to. */
export const composeMessage = (
  mail: Mail,
  { branding, hasAccount, codeMinutes }: { branding: MailBranding; hasAccount: boolean; codeMinutes: number },
): Message => {
  const text = mailTextIn(mail.language)
  const operator = branding.name
  if (mail.kind === 'code') {
    const { subject, enter } = text.codes[codeTextOf(mail.purpose, hasAccount)]
    const { goodFor, notYou, keepSecret } = text.codes
    const lasting = counted(text.language, goodFor, codeMinutes)
    return {
      language: text.language.tag,
      subject: fill(subject, { operator }),
      text: paragraphs(
        fill(enter, { operator }),
        mail.code,
        lasting,
        notYou,
        fill(keepSecret, { operator }),
        operator,
      ),
      html: renderPage(
        <Letter text={text} title={fill(subject, { operator })} operator={operator}>
          <P>
            <Filled sentence={enter} values={{ operator }} />
          </P>
          {/* Digits of a group are read from left to right in every language. */}
          <p dir="ltr" style={CODE}>
            {mail.code}
          </p>
          <P>{lasting}</P>
          <P>{notYou}</P>
          <P>
            <Filled sentence={keepSecret} values={{ operator }} />
          </P>
        </Letter>,
      ),
    }
  }
  const { subject, message } = noticeTextOf(mail, text)
  const { notYou } = text.notices
  const values = { operator, email: mail.kind === 'email_changed' ? mail.email : '' }
  return {
    language: text.language.tag,
    subject: fill(subject, { operator }),
    text: paragraphs(fill(message, values), fill(notYou, { operator }), operator),
    html: renderPage(
      <Letter text={text} title={fill(subject, { operator })} operator={operator}>
        <P>
          <Filled sentence={message} values={values} />
        </P>
        <P>
          <Filled sentence={notYou} values={{ operator }} />
        </P>
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

/*
 * Mail programs keep neither stylesheets nor classes, so what little there is stands with the elements; colours are left
 * to the reader's light or dark.
 */
const BODY = 'margin:0 auto;padding:24px;max-width:480px;font:16px/1.5 sans-serif'
const CODE = 'margin:24px 0;font:600 32px/1.2 monospace;letter-spacing:6px'
const PARAGRAPH = 'margin:0 0 16px'

const P = ({ children }: { children: ComponentChildren }) => <p style={PARAGRAPH}>{children}</p>

const Letter = (props: {
  readonly text: MailText
  readonly title: string
  readonly operator: string
  readonly children: ComponentChildren
}) => {
  const { tag, direction } = props.text.language
  return (
    <html lang={tag} dir={direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{props.title}</title>
      </head>
      <body dir={direction} style={BODY}>
        {props.children}
        <p style={PARAGRAPH}>
          <bdi>{props.operator}</bdi>
        </p>
      </body>
    </html>
  )
}
