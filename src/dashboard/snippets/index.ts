import type { ApplicationObject } from '../../objects/application.ts'
import { authlib, authlibCredentials } from './authlib.ts'
import { curl, curlCredentials } from './curl.ts'
import { jose } from './jose.ts'
import { omniauth } from './omniauth.ts'
import { openidClient, openidClientCredentials } from './openid-client.ts'
import { passport } from './passport.ts'
import type { Integration, Snippet } from './snippet.ts'
import { springCredentials, springLogin } from './spring.ts'

/** What there is for such an application. Passport and OmniAuth want a secret of it. */
export const snippetsFor = (application: ApplicationObject, integration: Integration): readonly Snippet[] => {
  if (application.application_type === 'm2m') {
    return [
      openidClientCredentials(integration),
      curlCredentials(integration),
      authlibCredentials(integration),
      springCredentials(integration),
      jose(integration),
    ]
  }
  const keepsSecret = integration.secretVariable !== undefined
  return [
    // It repeats where the browser came back to without the query, which is not what was asked for.
    ...(integration.redirectUri.includes('?') ? [] : [openidClient(integration)]),
    ...(keepsSecret ? [passport(integration)] : []),
    ...(keepsSecret ? [omniauth(integration)] : []),
    authlib(integration),
    springLogin(integration),
    curl(integration),
    jose(integration),
  ]
}

/** All there is, and of them the one that was asked for, or the first. */
export const chosenSnippet = (
  application: ApplicationObject,
  integration: Integration | undefined,
  wanted: string | undefined,
): { readonly snippets: readonly Snippet[]; readonly snippet?: Snippet } => {
  const snippets = integration ? snippetsFor(application, integration) : []
  const snippet = snippets.find(({ id }) => id === wanted) ?? snippets[0]
  return { snippets, ...(snippet && { snippet }) }
}
