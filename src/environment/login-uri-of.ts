import type { ApplicationId, OrganizationId } from '../protocol/identifiers.ts'
import type { Environment } from './environment-registry.ts'

/** What somebody signs in for; undefined: for a page of ours. */
export interface SignInPurpose {
  readonly client: { readonly id: ApplicationId }
  /** The organization that is asked for. */
  readonly organizationId: OrganizationId | undefined
}

/**
 * Standalone: where people sign in, at a page of the operator's own; null: here. What is said of the application goes before
 * what is said of the organization it asks for, and that before what holds for everybody. The organization that owns an
 * application has no say: those who use it are not its people.
 */
export const loginUriOf = (
  { settings, loginUris }: Pick<Environment, 'settings' | 'loginUris'>,
  purpose: SignInPurpose | undefined,
): string | null => {
  const rule =
    purpose &&
    (loginUris.find(({ applicationId }) => applicationId === purpose.client.id) ??
      (purpose.organizationId !== undefined
        ? loginUris.find(({ organizationId }) => organizationId === purpose.organizationId)
        : undefined))
  return rule ? rule.uri : settings.standaloneLoginUri
}
