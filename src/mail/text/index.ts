import { ar } from './ar.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import { pt } from './pt.ts'
import type { MailText } from './shape.ts'

export type { MailText } from './shape.ts'

/** The languages of mail: at least those of the pages. The first is spoken where a language is not there. */
export const mailLanguages: readonly [MailText, ...MailText[]] = [en, de, es, fr, ja, pt, ar]

/** @param tag of the page on which the mail was asked for. */
export const mailTextIn = (tag: string): MailText =>
  mailLanguages.find(({ language }) => language.tag === tag) ?? mailLanguages[0]
