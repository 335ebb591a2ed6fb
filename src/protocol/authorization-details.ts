import { canonicalJson } from './canonical-json.ts'
import { OAuthError } from './error.ts'
import type { AuthorizationDetail } from './grant-terms.ts'
import { isDeeperThan } from './nesting.ts'
import { parseLine } from './printable-text.ts'
import { resourceIndicatorProblem } from './resource-indicator.ts'

/*
 * Rich authorization requests (RFC 9396): what is asked for is not a word but an object of a type, and the types are the
 * operator's. Everything in one will be read by a person, stored, and carried in tokens, so all of it is bounded.
 */

export const memberKinds = ['text', 'texts', 'number', 'boolean', 'object', 'objects'] as const
export type MemberKind = (typeof memberKinds)[number]

/** A member that objects of a type may have. */
export interface AuthorizationDetailsMember {
  readonly name: string
  /** What people read in its place. */
  readonly title: string | null
  readonly kind: MemberKind
  /** Of a text, or of each of several: one of these; null: any. */
  readonly values: readonly string[] | null
  readonly isRequired: boolean
}

export interface AuthorizationDetailsType {
  readonly type: string
  readonly title: string
  readonly description: string | null
  /** All that there may be beside `type`; null: the common ones. */
  readonly members: readonly AuthorizationDetailsMember[] | null
  /** What was agreed to once is not agreed to again, such as a payment. */
  readonly asksEveryTime: boolean
}

/** RFC 9396 §2.2 */
export const commonMembers = {
  locations: 'texts',
  actions: 'texts',
  datatypes: 'texts',
  identifier: 'text',
  privileges: 'texts',
} as const satisfies Record<string, MemberKind>

export type CommonMember = keyof typeof commonMembers

export const isCommonMember = (name: string): name is CommonMember => Object.hasOwn(commonMembers, name)

const common: readonly AuthorizationDetailsMember[] = Object.entries(commonMembers).map(([name, kind]) => ({
  name,
  kind,
  title: null,
  values: null,
  isRequired: false,
}))

export const membersOf = ({ members }: AuthorizationDetailsType): readonly AuthorizationDetailsMember[] =>
  members ?? common

/** It goes through the address of a browser, and into every access token. */
const MAXIMUM_LENGTH = 4096
const MAXIMUM_DETAILS = 20
const MAXIMUM_DEPTH = 6
const MAXIMUM_TEXT_LENGTH = 1000

const invalidDetails = (description: string, reason?: string): OAuthError =>
  new OAuthError('invalid_authorization_details', description, reason)

/**
 * The `authorization_details` of a request; none if it has none.
 *
 * @throws OAuthError invalid_authorization_details: RFC 9396 §5, whatever does not conform to its type.
 */
export const parseAuthorizationDetails = (
  text: string | undefined,
  types: readonly AuthorizationDetailsType[],
): readonly AuthorizationDetail[] => {
  if (text === undefined) return []
  if (text.length > MAXIMUM_LENGTH) throw invalidDetails('authorization_details is too long.')
  const details = parsed(text)
  // RFC 9396 §2: a JSON array of objects.
  if (!Array.isArray(details)) throw invalidDetails('authorization_details is not a JSON array.')
  if (details.length > MAXIMUM_DETAILS) {
    throw invalidDetails(`authorization_details has more than ${MAXIMUM_DETAILS} objects.`)
  }
  if (isDeeperThan(MAXIMUM_DEPTH, details)) throw invalidDetails('authorization_details is nested too deep.')
  return details.map((detail) => checkedDetail(detail, types))
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidDetails('authorization_details is not JSON.')
  }
}

const checkedDetail = (detail: unknown, types: readonly AuthorizationDetailsType[]): AuthorizationDetail => {
  if (!isObject(detail)) throw invalidDetails('authorization_details holds something that is no object.')
  // RFC 9396 §2: type is required.
  const { type: named } = detail
  const type = types.find((known) => known.type === named)
  if (!type) throw invalidDetails('The type of an object of authorization_details is not one of ours.')
  const members = membersOf(type)
  for (const [name, value] of Object.entries(detail)) {
    if (name === 'type') continue
    const member = members.find((known) => known.name === name)
    if (!member) {
      throw invalidDetails(`An object of type ${type.type} has a member that this type does not have.`)
    }
    const problem = memberProblem(member, value)
    if (problem !== undefined) throw invalidDetails(`The member ${name} of type ${type.type} ${problem}.`)
  }
  const missing = members.find(({ name, isRequired }) => isRequired && !Object.hasOwn(detail, name))
  if (missing) throw invalidDetails(`An object of type ${type.type} has no member ${missing.name}.`)
  return detail as AuthorizationDetail
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** In one line, without what nobody could see: a person has to know what they agree to. */
const isReadable = (text: string): boolean =>
  text === text.trim() && parseLine(text, MAXIMUM_TEXT_LENGTH) !== undefined

const kindProblems: Readonly<Record<MemberKind, (value: unknown) => string | undefined>> = {
  text: (value) => (typeof value === 'string' ? undefined : 'is not a text'),
  texts: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')
      ? undefined
      : 'is not an array of texts',
  number: (value) => (typeof value === 'number' ? undefined : 'is not a number'),
  boolean: (value) => (typeof value === 'boolean' ? undefined : 'is neither true nor false'),
  object: (value) => (isObject(value) ? undefined : 'is not an object'),
  objects: (value) =>
    Array.isArray(value) && value.length > 0 && value.every(isObject)
      ? undefined
      : 'is not an array of objects',
}

const memberProblem = (
  { name, kind, values }: AuthorizationDetailsMember,
  value: unknown,
): string | undefined => {
  const problem = kindProblems[kind](value)
  if (problem !== undefined) return problem
  if (!isBearable(value)) return 'holds what cannot be shown or kept'
  const texts = (Array.isArray(value) ? value : [value]) as readonly unknown[]
  if (values !== null && !texts.every((each) => values.includes(each as string))) {
    return 'has a value that this type does not have'
  }
  // RFC 9396 §2.2: locations are URIs of resource servers.
  const uris = name === 'locations' ? (texts as readonly string[]) : []
  return uris.some((uri) => resourceIndicatorProblem(uri) !== undefined)
    ? 'holds something that is no URI of a resource'
    : undefined
}

/** All texts and names are readable, all numbers finite. */
const isBearable = (value: unknown): boolean => {
  if (typeof value === 'string') return isReadable(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(
    ([name, member]) => (Array.isArray(value) || isReadable(name)) && isBearable(member),
  )
}

/** The same text for whatever means the same: members by name, lists of texts in any order. */
const canonical = (value: unknown): string =>
  canonicalJson(value, (list) => (list.every((each) => typeof each === 'string') ? [...list].sort() : list))

/**
 * RFC 9396 §6.1: whether one asks for no more than another gives. That is so if they are the same but for lists of texts
 * that are shorter. A member that is left out may mean anything, even everything, so it has to be there.
 */
export const isWithin = (asked: AuthorizationDetail, given: AuthorizationDetail): boolean => {
  const names = Object.keys(asked)
  return (
    names.length === Object.keys(given).length &&
    names.every((name) => Object.hasOwn(given, name) && isMemberWithin(asked[name], given[name]))
  )
}

const isMemberWithin = (asked: unknown, given: unknown): boolean =>
  canonical(asked) === canonical(given) ||
  (Array.isArray(asked) &&
    Array.isArray(given) &&
    asked.length > 0 &&
    asked.every((each) => typeof each === 'string' && given.includes(each)))

/** RFC 9396 §2.2: where it may be used; undefined: wherever its type is understood. */
export const locationsOf = ({ locations }: AuthorizationDetail): readonly string[] | undefined =>
  Array.isArray(locations) ? (locations as readonly string[]) : undefined

/** RFC 9396 §9.1: those for one of the audiences of a token. */
export const detailsFor = (
  details: readonly AuthorizationDetail[],
  resources: readonly string[],
): readonly AuthorizationDetail[] =>
  resources.length === 0
    ? details
    : details.filter((detail) => {
        const locations = locationsOf(detail)
        return locations === undefined || locations.some((location) => resources.includes(location))
      })
