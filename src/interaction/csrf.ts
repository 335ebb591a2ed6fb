import type { FastifyRequest } from 'fastify'
import type { Parameters } from '../protocol/parameters.ts'
import type { BrowserContext } from '../sessions/browser-context.ts'
import { constantTimeEqual } from '../system/hash.ts'

/** A form that did not come from a page of ours, or was made for another session. */
export class ForeignForm extends Error {
  override readonly name = 'ForeignForm'
}

/**
 * @throws ForeignForm unless the form came from our own origin and holds the token of this browser and session.
 */
export const requireOwnForm = (
  request: FastifyRequest,
  form: Parameters,
  { csrfToken }: BrowserContext,
  issuer: string,
): void => {
  // Fetch Metadata §2.1: browsers say where a request comes from; those that do not still send Origin with a form.
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') throw new ForeignForm(`sec-fetch-site is ${String(site)}`)
  const { origin } = request.headers
  if (origin !== undefined && origin !== issuer) throw new ForeignForm('the Origin is not the issuer')
  const presented = form.get('csrf_token')
  if (presented === undefined || !constantTimeEqual(presented, csrfToken)) {
    throw new ForeignForm('the CSRF token is not of this browser and session')
  }
}
