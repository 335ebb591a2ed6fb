import { pngDimensions } from '../images/png.ts'
import type { BrandImages } from '../protocol/brand-image.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Stores } from '../storage/index.ts'
import type { LogoRecord } from '../storage/stores/logos.ts'
import type { EmbeddedPicture } from '../system/smtp.ts'

/** What the operator puts on every mail. */
export interface MailBranding {
  readonly name: string
  readonly accentColor?: string
  readonly logo?: MailLogo
}

export interface MailLogo extends EmbeddedPicture {
  readonly width: number
  readonly height: number
}

export interface BrandedEnvironment {
  readonly settings: Pick<Settings, 'brandName' | 'accentColor'>
  readonly brandImages: BrandImages
}

/** Pixels, as large as a logo is on pages (html/assets/frame.css). */
const LOGO_HEIGHT = 32
const MAXIMUM_LOGO_WIDTH = 224

/** Of the settings and pictures of the moment that it is asked for. */
export const createMailBranding =
  (branded: () => Promise<BrandedEnvironment>, stores: Pick<Stores, 'logos'>) =>
  async (): Promise<MailBranding> => {
    const { settings, brandImages } = await branded()
    const { brandName: name, accentColor } = settings
    const logo = brandImages.logo === undefined ? undefined : await stores.logos.byHash(brandImages.logo)
    return {
      name,
      ...(accentColor !== null && { accentColor }),
      // What else pages show, SVG and WebP, is a hole in Gmail, in Outlook, or in both.
      ...(logo?.contentType === 'image/png' && { logo: logoOf(logo) }),
    }
  }

const logoOf = ({ contentHash, contentType, content }: LogoRecord): MailLogo => {
  const { width, height } = pngDimensions(content)
  const scale = Math.min(LOGO_HEIGHT / height, MAXIMUM_LOGO_WIDTH / width)
  return {
    // RFC 2392 §2: as an address is written. The same picture has the same one in every mail.
    contentId: `${contentHash}@logo`,
    type: contentType,
    content,
    filename: 'logo.png',
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}
