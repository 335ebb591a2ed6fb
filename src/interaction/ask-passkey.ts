import type { FastifyReply } from 'fastify'
import type { Authenticators } from '../authenticators/create-authenticators.ts'
import { creationOptions, requestOptions } from '../authenticators/relying-party.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import type { Html } from '../html/html.ts'
import type { UserId } from '../protocol/identifiers.ts'
import { paths } from '../protocol/paths.ts'
import type { Stores } from '../storage/index.ts'
import { displayName, type User } from '../users/user.ts'
import { contentSecurityPolicyWithScript, sendHtml } from './document.ts'
import type { PageContext } from './page-context.ts'
import type { PasskeyAsking } from './pages/passkey-action.tsx'
import type { SignInPasskeyProps } from './pages/sign-in-passkey.tsx'
import type { Site } from './site.ts'

/*
 * What pages ask browsers for passkeys with. Undefined where there can be none.
 */

interface Asking {
  readonly authenticators: Authenticators
  readonly environment: Pick<EnvironmentRegistry, 'latest'>
  readonly stores: Pick<Stores, 'passkeys'>
}

/** Of whoever it is, as the pages show it on which somebody says who they are. */
export const passkeyToSignIn = (
  {
    authenticators,
    environment,
    site,
  }: Pick<Asking, 'authenticators' | 'environment'> & { readonly site: Site },
  { context, now }: Pick<PageContext, 'context' | 'now'>,
): SignInPasskeyProps | undefined => {
  const { relyingParty, passkeyChallenges } = authenticators
  if (!relyingParty || !environment.latest().settings.passkeys) return undefined
  const { challenge, sealed } = passkeyChallenges.begin('sign_in', null, context.browser, now)
  const asking = { options: requestOptions({ relyingParty, challenge }), sealedChallenge: sealed }
  return { action: paths.signInPasskey, asking, scriptPath: site.passkeyScript.path }
}

/** A page that has the script if it asks for a passkey. */
export const sendWithPasskey = (reply: FastifyReply, asked: object | undefined, html: Html): FastifyReply =>
  sendHtml(asked ? reply.header('content-security-policy', contentSecurityPolicyWithScript) : reply, html)

/** One of a user's. */
export const askForSecondFactor = async (
  { authenticators, stores }: Asking,
  { context, now }: Pick<PageContext, 'context' | 'now'>,
  userId: UserId,
): Promise<PasskeyAsking | undefined> => {
  const { relyingParty, passkeyChallenges } = authenticators
  if (!relyingParty) return undefined
  const passkeys = await stores.passkeys.ofUser(userId)
  const { challenge, sealed } = passkeyChallenges.begin('second_factor', userId, context.browser, now)
  return { options: requestOptions({ relyingParty, challenge, passkeys }), sealedChallenge: sealed }
}

/** A new one. */
export const askToCreate = async (
  { authenticators, environment, stores }: Asking,
  { context, now }: Pick<PageContext, 'context' | 'now'>,
  user: User,
): Promise<PasskeyAsking | undefined> => {
  const { relyingParty, passkeyChallenges } = authenticators
  const { settings } = environment.latest()
  if (!relyingParty || !settings.passkeys) return undefined
  const passkeys = await stores.passkeys.ofUser(user.id)
  const { challenge, sealed } = passkeyChallenges.begin('register', user.id, context.browser, now)
  const options = creationOptions({
    ...{ relyingParty, operator: settings.brandName, challenge, passkeys },
    user: { id: user.id, email: user.email, name: displayName(user) },
  })
  return { options, sealedChallenge: sealed }
}
