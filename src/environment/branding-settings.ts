import { z } from 'zod'

/** How round corners can be: at 24 pixels the ends of a button are half circles. */
const MAXIMUM_CORNER_RADIUS = 24

const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, { error: 'must be a color of the form #rrggbb' })
  .nullish()

const cornerRadiusError = { error: `must be a whole number from 0 to ${MAXIMUM_CORNER_RADIUS}` }

/** What the pages look like. No colour makes a page that cannot be read (html/accent.ts). */
export const brandingSettings = {
  accent_color: color.describe('Of buttons and links; shades that can be read are derived from it.'),
  background_color: color.describe(
    'Around the page on wide screens, where pages are light. What stands on it is black or white, whichever can be read.',
  ),
  background_color_dark: color.describe('The same where pages are dark.'),
  corner_radius: z
    .int(cornerRadiusError)
    .min(0, cornerRadiusError)
    .max(MAXIMUM_CORNER_RADIUS, cornerRadiusError)
    .nullish()
    .describe('Of buttons and fields, in pixels; those of larger and smaller things follow.'),
}
