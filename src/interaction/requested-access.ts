import {
  type AuthorizationDetailsType,
  isCommonMember,
  membersOf,
} from '../protocol/authorization-details.ts'
import type { AuthorizationDetail } from '../protocol/grant-terms.ts'
import { isStandardScope } from '../protocol/scope.ts'
import type { Settings } from '../protocol/settings.ts'
import type { PermissionRecord } from '../storage/stores/permissions.ts'
import type { ConsentScope } from './pages/requested-scopes.tsx'
import { standardScopeText, type Text } from './text/index.ts'

/*
 * What an application asks for, in words that a person can agree to.
 */

export const describeScope = (
  scope: string,
  text: Text,
  permissions: readonly Pick<PermissionRecord, 'slug' | 'name' | 'description'>[],
  ofOperator: { readonly [Scope in keyof Settings['scopeDescriptions']]?: string | null },
): ConsentScope => {
  const permission = permissions.find(({ slug }) => slug === scope)
  const described = standardScopeText(text, scope) ?? {
    title: permission?.name ?? scope,
    ...(permission?.description != null && { description: permission.description }),
  }
  const description = isStandardScope(scope) ? ofOperator[scope] : undefined
  return { name: scope, ...described, ...(description != null && { description }) }
}

/** RFC 9396 §1: all that is in it is shown. Nobody can agree to what they have not seen. */
export const describeDetail = (
  detail: AuthorizationDetail,
  text: Text,
  types: readonly AuthorizationDetailsType[],
): ConsentScope => {
  const type = types.find((known) => known.type === detail.type)
  const members = type ? membersOf(type) : []
  // In the order in which the operator lists them, whatever the order of the application.
  const known = members.filter(({ name }) => Object.hasOwn(detail, name))
  return {
    name: JSON.stringify(detail),
    title: type?.title ?? detail.type,
    ...(type?.description != null && { description: type.description }),
    members: known.map(({ name, title }) => ({
      label: title ?? (isCommonMember(name) ? text.consent.detailMembers[name] : name),
      values: linesOf(detail[name], text),
    })),
  }
}

/** A line for each value; one inside another is named by where it is. */
const linesOf = (value: unknown, text: Text, place = ''): string[] => {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([name, member]) => {
      const isLeafOfList = Array.isArray(value) && (typeof member !== 'object' || member === null)
      const inner = Array.isArray(value) && !isLeafOfList ? String(Number(name) + 1) : name
      return linesOf(member, text, isLeafOfList ? place : place === '' ? inner : `${place} › ${inner}`)
    })
  }
  const shown = shownAs(value, text)
  return [place === '' ? shown : `${place}: ${shown}`]
}

/** An object or list that is empty is there, and may mean something: it has a line like everything else. */
const shownAs = (value: unknown, text: Text): string => {
  if (typeof value === 'boolean') return value ? text.consent.yes : text.consent.no
  return typeof value === 'object' ? text.consent.nothing : String(value)
}
