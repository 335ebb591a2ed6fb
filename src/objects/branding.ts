import { z } from 'zod'
import type { BrandImages } from '../protocol/brand-image.ts'
import { logoPath } from '../protocol/paths.ts'

export const brandingSchema = z
  .object({
    object: z.literal('branding'),
    logo: z.string().nullable().describe('Above every page.'),
    logo_dark: z.string().nullable().describe('The same on dark pages.'),
    icon: z.string().nullable().describe('In the tab of the browser.'),
  })
  .meta({ id: 'Branding' })

export type BrandingObject = z.infer<typeof brandingSchema>

/** @param origin of the addresses; an event has paths. */
export const brandingObject = ({ logo, logo_dark, icon }: BrandImages, origin = ''): BrandingObject => {
  const address = (hash: string | undefined) => (hash === undefined ? null : origin + logoPath(hash))
  return { object: 'branding', logo: address(logo), logo_dark: address(logo_dark), icon: address(icon) }
}
