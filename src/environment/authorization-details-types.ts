import { z } from 'zod'
import {
  type AuthorizationDetailsMember,
  type AuthorizationDetailsType,
  commonMembers,
  isCommonMember,
  memberKinds,
} from '../protocol/authorization-details.ts'
import { parseText } from '../protocol/printable-text.ts'
import { line } from './line.ts'

/*
 * The types of authorization details (RFC 9396 §2) as an operator registers them. A type says what its objects may have,
 * and how people are told of it.
 */

const MAXIMUM_TYPES = 50
const MAXIMUM_MEMBERS = 30
const MAXIMUM_VALUES = 100

/** What may stand in an error_description, and is compared byte by byte. */
const name = (longest: number) => {
  const error = `has 1 to ${longest} characters of ASCII, without white space and quotation marks`
  return z
    .string()
    .max(longest, { error })
    .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, { error })
}

const isUnique = (names: readonly string[]): boolean => new Set(names).size === names.length

const memberSchema = z
  .strictObject({
    name: name(100).refine((text) => text !== 'type' && text !== '__proto__', {
      error: 'is taken',
    }),
    title: line(80).nullish().describe('What people read in its place; otherwise its name.'),
    kind: z.enum(memberKinds, { error: `must be one of ${memberKinds.join(', ')}` }),
    values: z
      .array(line(200))
      .min(1)
      .max(MAXIMUM_VALUES)
      .nullish()
      .describe('Of a text, or of each of several: these alone are possible.'),
    required: z.boolean().nullish(),
  })
  .refine(({ kind, values }) => values == null || kind === 'text' || kind === 'texts', {
    path: ['values'],
    error: 'are possible for text and texts alone',
  })
  .refine(({ name, kind }) => !isCommonMember(name) || commonMembers[name] === kind, {
    path: ['kind'],
    // RFC 9396 §2.2
    error: 'is another in RFC 9396: identifier is a text, the other common members are texts',
  })

const typeSchema = z.strictObject({
  type: name(200).describe('Compared byte by byte; a URI, if it is to be the same everywhere.'),
  title: line(80).describe('On the consent page.'),
  description: z
    .string()
    .refine((text) => (parseText(text, 300) ?? '') !== '', { error: 'has 1 to 300 visible characters' })
    .overwrite((text) => parseText(text, 300) ?? text)
    .nullish(),
  members: z
    .array(memberSchema)
    .max(MAXIMUM_MEMBERS)
    .refine((members) => isUnique(members.map(({ name }) => name)), { error: 'have different names' })
    .nullish()
    .describe(
      'All that an object may have beside `type`. Left out: `locations`, `actions`, `datatypes`, `identifier` and ' +
        '`privileges`, as in RFC 9396 §2.2.',
    ),
  ask_every_time: z
    .boolean()
    .nullish()
    .describe('Users are asked again each time, as for a payment, whatever they agreed to before.'),
})

export const authorizationDetailsTypesSchema = z
  .array(typeSchema)
  .max(MAXIMUM_TYPES)
  .refine((types) => isUnique(types.map(({ type }) => type)), { error: 'have different names' })

export const authorizationDetailsTypes = (
  stored: z.output<typeof authorizationDetailsTypesSchema>,
): readonly AuthorizationDetailsType[] =>
  stored.map(({ type, title, description, members, ask_every_time }) => ({
    type,
    title,
    description: description ?? null,
    members: members?.map(memberOf) ?? null,
    asksEveryTime: ask_every_time ?? false,
  }))

const memberOf = ({
  name,
  title,
  kind,
  values,
  required,
}: z.output<typeof memberSchema>): AuthorizationDetailsMember => ({
  name,
  kind,
  title: title ?? null,
  values: values ?? null,
  isRequired: required ?? false,
})
