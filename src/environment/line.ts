import { z } from 'zod'
import { parseLine } from '../protocol/printable-text.ts'

/** What an operator calls something: text that people see, in one line. */
export const line = (longest: number) =>
  z
    .string()
    .refine((text) => parseLine(text, longest) !== undefined, {
      error: `has 1 to ${longest} visible characters in one line`,
    })
    .overwrite((text) => parseLine(text, longest) ?? text)
