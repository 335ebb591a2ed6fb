import type { OutboundFetch } from '../system/outbound-fetch.ts'
import { OutboundFailure } from '../system/outbound-fetch.ts'
import { isMetadataUri, type MetadataProblem } from './client-metadata.ts'
import type { Sectored } from './sector-identifier.ts'

const TIMEOUT_MILLISECONDS = 5_000
/** Fifty redirection URIs of the longest kind, of a client or two. */
const MAXIMUM_BYTES = 256 * 1024

/**
 * OIDC Registration §5: whoever names a sector must be named by it. Its URI answers with the redirection URIs of all its
 * clients, so that nobody takes their place in a sector by saying so.
 *
 * Asks somebody else's server: never within a transaction.
 *
 * @returns what is wrong; nothing for a client that names no sector.
 */
export type CheckSector = (sectored: Sectored) => Promise<MetadataProblem | undefined>

export const createCheckSector =
  (outboundFetch: OutboundFetch): CheckSector =>
  async ({ metadata: { sector_identifier_uri: uri }, redirectUris }) => {
    // What is no such URI at all is found with the other faults.
    if (uri === undefined || !isMetadataUri(uri)) return undefined
    const listed = await readList(outboundFetch, uri)
    if (!listed) return problem('does not answer with a JSON array of redirect URIs.')
    const missing = redirectUris.find((registered) => !listed.includes(registered.uri))
    return missing && problem(`does not list the redirect URI ${missing.uri.slice(0, 200)}.`)
  }

const problem = (message: string): MetadataProblem => ({
  field: 'sector_identifier_uri',
  code: 'sector_invalid',
  message,
})

const readList = async (
  outboundFetch: OutboundFetch,
  url: string,
): Promise<readonly unknown[] | undefined> => {
  try {
    const { status, body } = await outboundFetch({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      maximumBytes: MAXIMUM_BYTES,
    })
    const list: unknown = status === 200 ? JSON.parse(body.toString('utf8')) : undefined
    return Array.isArray(list) ? list : undefined
  } catch (error) {
    if (error instanceof OutboundFailure || error instanceof SyntaxError) return undefined
    throw error
  }
}
