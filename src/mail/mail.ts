import { z } from 'zod'
import { codePurposes } from '../protocol/code-purpose.ts'

/*
 * What is told by mail. Owns the words, and the queue in which every mail waits from the moment that it is decided on;
 * who may ask for a code, and what one proves, is decided in sessions.
 */

const codeMail = z.strictObject({
  kind: z.literal('code'),
  purpose: z.enum(codePurposes),
  /** The code's row: whether it is still good is looked up when it is sent. */
  codeId: z.string(),
  /** As it was typed. */
  email: z.string(),
  code: z.string(),
  language: z.string(),
})

const notice = z.strictObject({
  kind: z.literal('password_changed'),
  language: z.string(),
  /** They were, unless this says that they were not. */
  endedOthers: z.boolean().optional(),
})

const emailChangedNotice = z.strictObject({
  kind: z.literal('email_changed'),
  /** The new one. */
  email: z.string(),
  language: z.string(),
})

/** As it waits, sealed. The language is a tag of the page on which it was asked for. */
export const mailSchema = z.discriminatedUnion('kind', [codeMail, notice, emailChangedNotice])

export type Mail = z.output<typeof mailSchema>
export type CodeMail = z.output<typeof codeMail>
