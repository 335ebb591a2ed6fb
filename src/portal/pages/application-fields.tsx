import type { FilledForm } from '../../dashboard/filled-form.ts'
import { AreaField, ChoiceField } from '../../dashboard/pages/fields.tsx'
import type { DeveloperPortalLimits } from '../../protocol/settings.ts'
import type { PermissionRecord } from '../../storage/stores/permissions.ts'

/** What an application may do and where it is, as far as that is the admins' to say. */
export const ApplicationFields = (props: {
  readonly form: FilledForm
  readonly limits: DeveloperPortalLimits
  readonly permissions: readonly PermissionRecord[]
  /** Of the application, besides permissions. */
  readonly standardScopes?: readonly string[]
  readonly hasRedirectUris: boolean
  /** What it is is still to be said. */
  readonly isNew?: boolean
  /** What the operator is called. */
  readonly operator: string
}) => {
  const { form, limits, permissions, standardScopes = [] } = props
  const scopes = [
    ...standardScopes.map((scope) => ({
      value: scope,
      label: scope,
      hint: 'Every application may ask for it, with this or without.',
    })),
    ...permissions.map(({ slug, name, description }) => ({
      value: slug,
      label: `${name} (${slug})`,
      hint: [description, limits.scopes.includes(slug) ? null : givenBy(props.operator)]
        .filter((text) => text !== null)
        .join(' '),
    })),
  ]
  return (
    <>
      {props.hasRedirectUris && (
        <AreaField
          form={form}
          name="redirect_uris"
          label="Redirect URIs"
          hint={`Where people are sent back to, one on each line; the first is the default. https${
            limits.loopbackRedirectUris ? ', or http at their own machine (localhost)' : ''
          }.${props.isNew ? ' Not for machine to machine.' : ''}`}
          placeholder="https://app.example.com/callback"
          isCode
          isOptional
        />
      )}
      {(scopes.length > 0 || form.error('scopes') !== undefined) && (
        <ChoiceField
          form={form}
          name="scopes"
          type="checkbox"
          label="Permissions"
          hint="What it may ask for, besides who somebody is (openid, profile, email), which every application may."
          choices={scopes}
          isOptional
        />
      )}
      <AreaField form={form} name="description" label="Description" isOptional />
    </>
  )
}

const givenBy = (operator: string): string =>
  `Given by ${operator}: once it is taken away, nobody here can give it again.`
