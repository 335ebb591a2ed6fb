import type { ApplicationId, OrganizationId } from '../protocol/identifiers.ts'
import type { Environment } from './environment-registry.ts'

/** What somebody signs in for; undefined: for a page of ours. */
export interface SignInPurpose {
  readonly client: { readonly id: ApplicationId }
  /** The organization that is asked for. */
  readonly organizationId: OrganizationId | undefined
}

type LoginPages = Pick<Environment, 'settings' | 'loginUris'>

/** Who is signed in with the browser. */
export interface Visitor {
  /** Whoever has come from a page of the operator's own has one. */
  readonly externalId: string | null
}

/**
 * Standalone: where people sign in, at a page of the operator's own; null: here. What is said of the application goes before
 * what is said of the organization it asks for, and that before what holds for everybody. The organization that owns an
 * application has no say: those who use it are not its people.
 *
 * @param visitor who comes back for a page of ours: whoever signs in here for one application has nowhere else to.
 */
export const loginUriOf = (
  environment: LoginPages,
  purpose: SignInPurpose | undefined,
  visitor?: Visitor | undefined,
): string | null => {
  const { settings, loginUris } = environment
  if (!purpose) return visitor && !isKeptElsewhere(environment, visitor) ? null : settings.standaloneLoginUri
  const rule =
    loginUris.find(({ applicationId }) => applicationId === purpose.client.id) ??
    (purpose.organizationId !== undefined
      ? loginUris.find(({ organizationId }) => organizationId === purpose.organizationId)
      : undefined)
  return rule ? rule.uri : settings.standaloneLoginUri
}

/** Whether anybody does so here: everybody, or the users of an application that says so. */
export const someSignInHere = ({ settings, loginUris }: LoginPages): boolean =>
  settings.standaloneLoginUri === null || loginUris.some(({ uri }) => uri === null)

/** Whether who somebody is, and how they sign in, is what the operator's own page says, so that nothing of it is theirs to change here. */
export const isKeptElsewhere = (environment: LoginPages, { externalId }: Visitor): boolean =>
  environment.settings.standaloneLoginUri !== null && (externalId !== null || !someSignInHere(environment))
