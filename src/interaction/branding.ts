import type { Environment } from '../environment/environment-registry.ts'
import type { Look } from '../html/brand.ts'
import type { Branding } from '../html/layout.tsx'
import { logoPath } from '../protocol/paths.ts'
import type { Settings } from '../protocol/settings.ts'
import { logoOf } from './logo.ts'

/** What the operator puts on every page, of the settings and pictures of this moment. */
export const brandingOf = ({
  settings,
  brandImages,
}: Pick<Environment, 'settings' | 'brandImages'>): Branding => {
  const { brandName, termsUrl, privacyUrl } = settings
  const { logo, logo_dark, icon } = brandImages
  return {
    name: brandName,
    ...logoOf({ logoUrl: addressOf(logo), logoDarkUrl: addressOf(logo_dark) }),
    ...(icon !== undefined && { icon: logoPath(icon) }),
    look: lookOf(settings),
    ...(termsUrl !== null && { termsUrl }),
    ...(privacyUrl !== null && { privacyUrl }),
  }
}

const addressOf = (hash: string | undefined): string | null => (hash === undefined ? null : logoPath(hash))

const lookOf = ({ accentColor, backgroundColor, backgroundColorDark, cornerRadius }: Settings): Look => ({
  ...(accentColor !== null && { accentColor }),
  ...(backgroundColor !== null && { backgroundColor }),
  ...(backgroundColorDark !== null && { backgroundColorDark }),
  ...(cornerRadius !== null && { cornerRadius }),
})
