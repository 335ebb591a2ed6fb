import { z } from 'zod'
import { openJson, type Sealer } from '../system/encryption.ts'

/** What the browser's return has to fit to, and what goes on then. Kept sealed for that browser. */
export interface Begun {
  readonly nonce: string
  readonly codeVerifier: string
  readonly request: string | undefined
  readonly maxAgeSeconds: number | undefined
  /** Since when they must have signed in there, if it says when they did. */
  readonly authenticatedSince: Date | undefined
}

const shape = z.object({
  nonce: z.string(),
  codeVerifier: z.string(),
  request: z.string().optional(),
  maxAgeSeconds: z.number().optional(),
  authenticatedSince: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
})

export const sealBegun = (sealer: Sealer, begun: Begun, browser: string): string =>
  sealer.seal(JSON.stringify(begun), browser)

/** Undefined if it was sealed with another secret of the operator. */
export const openBegun = (sealer: Sealer, sealed: string, browser: string): Begun | undefined => {
  const content = openJson(sealer, shape, sealed, browser)
  if (!content) return undefined
  const { request, maxAgeSeconds, authenticatedSince, ...begun } = content
  return { ...begun, request, maxAgeSeconds, authenticatedSince }
}
