import { expect, vi } from 'vitest'
import type { TestApp } from './app.ts'

/** A mail that the server wrote to its log, as it does where there is nobody to send it. */
export interface LoggedMail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** What was sent to an address so far. */
export const mailsTo = ({ logLines }: Pick<TestApp, 'logLines'>, address: string): LoggedMail[] =>
  logLines
    .filter((line) => line.includes('mail, which nobody sends'))
    .map((line) => JSON.parse(line) as LoggedMail)
    .filter(({ to }) => to === address)

/** The last of so many mails to an address, once it is there. */
export const mailTo = async (
  app: Pick<TestApp, 'logLines'>,
  address: string,
  count = 1,
): Promise<LoggedMail> =>
  vi.waitFor(
    () => {
      const mails = mailsTo(app, address)
      expect(mails).toHaveLength(count)
      return mails.at(-1) as LoggedMail
    },
    { timeout: 10_000, interval: 5 },
  )

/** The last mail to an address whose subject is such, once it is there. */
export const mailAbout = async (
  app: Pick<TestApp, 'logLines'>,
  address: string,
  subject: RegExp,
): Promise<LoggedMail> =>
  vi.waitFor(
    () => {
      const mail = mailsTo(app, address).findLast((each) => subject.test(each.subject))
      expect(mail).toBeDefined()
      return mail as LoggedMail
    },
    { timeout: 10_000, interval: 5 },
  )

export const codeIn = ({ text }: Pick<LoggedMail, 'text'>): string => {
  const code = /^\d{6}$/m.exec(text)?.[0]
  if (code === undefined) throw new Error(`No code in: ${text}`)
  return code
}

/** The code in the last of so many mails to an address. */
export const codeTo = async (app: Pick<TestApp, 'logLines'>, address: string, count = 1): Promise<string> =>
  codeIn(await mailTo(app, address, count))

/** One that it is not. */
export const otherThan = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
