import type { FastifyRequest } from 'fastify'
import type { Parameters } from '../protocol/parameters.ts'
import type { BrowserContext } from '../sessions/browser-context.ts'
import { constantTimeEqual } from '../system/hash.ts'

/** A form that did not come from a page of ours. */
export class ForeignForm extends Error {
  override readonly name = 'ForeignForm'
}

/**
 * Whether a form of our own origin holds the token of this browser and session. One that does not was made before
 * somebody signed in or out in another tab, unless it is forged: either way nothing it says may be done.
 *
 * @throws ForeignForm if it comes from elsewhere.
 */
export const holdsOwnToken = (
  request: FastifyRequest,
  form: Pick<Parameters, 'get'>,
  { csrfToken }: BrowserContext,
  { issuer, managementOrigin }: { readonly issuer: string; readonly managementOrigin: string },
): boolean => {
  // Fetch Metadata §2.1: browsers say where a request comes from; those that do not still send Origin with a form.
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') throw new ForeignForm(`sec-fetch-site is ${String(site)}`)
  const { origin } = request.headers
  if (origin !== undefined && origin !== issuer && origin !== managementOrigin) {
    throw new ForeignForm('the Origin is not ours')
  }
  const presented = form.get('csrf_token')
  return presented !== undefined && constantTimeEqual(presented, csrfToken)
}
