import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ExpiredRequest } from '../authorization/pending-request.ts'
import { type Client, isVouchedFor } from '../clients/client.ts'
import { sendHtml } from './document.ts'
import { logoOf } from './logo.ts'
import { ExpiredRequestPage } from './pages/expired-request.tsx'
import { page, type Site } from './site.ts'

export interface StartingOver {
  readonly issuer: string
  readonly site: Site
  readonly findClient: (clientId: string) => Promise<Client | undefined>
}

/**
 * A request that took too long is lost, and its application alone can make another: one that has said where it is to be
 * asked for that (OIDC Core §4) is a link away.
 *
 * @returns undefined where there is no such place.
 */
export const sendStartOver = async (
  { issuer, site, findClient }: StartingOver,
  request: FastifyRequest,
  reply: FastifyReply,
  { asked }: ExpiredRequest,
): Promise<FastifyReply | undefined> => {
  const clientId = asked.from === 'browser' ? asked.parameters.get('client_id') : undefined
  const client = clientId === undefined ? undefined : await findClient(clientId)
  const initiateLoginUri = client?.metadata.initiate_login_uri
  // RFC 9700 §4.11.2: what nobody vouches for has no link here that says its name.
  if (!client || !isVouchedFor(client) || initiateLoginUri === undefined) return undefined
  const url = new URL(initiateLoginUri)
  // OIDC Core §4: REQUIRED. What the application keeps there itself stays as it is.
  url.search = `${url.search === '' ? '?' : `${url.search}&`}${new URLSearchParams({ iss: issuer })}`
  return sendHtml(
    reply.code(400),
    page(ExpiredRequestPage, {
      ...site.frame(request),
      application: { name: client.name, ...logoOf(client) },
      startOver: url.href,
      referenceId: request.id,
    }),
  )
}
