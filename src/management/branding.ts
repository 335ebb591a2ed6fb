import { z } from 'zod'
import { removeBrandImage, setBrandImage } from '../environment/brand-images.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { imageTypes } from '../images/image.ts'
import { brandingObject, brandingSchema } from '../objects/branding.ts'
import type { BrandImageKind } from '../protocol/brand-image.ts'
import type { Stores } from '../storage/index.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { notFound } from './refusal.ts'
import { uploadedImage, uploadedImageDescription } from './uploaded-image.ts'

export interface BrandingDependencies {
  readonly stores: Stores
  readonly environment: Pick<EnvironmentRegistry, 'invalidate'>
  readonly issuer: string
}

const tag = 'Branding'
const path = '/latchkey/v1/branding'

const uploadedSchema = brandingSchema
  .extend({
    removed: z.array(z.string()).describe('What was in the picture and is not served: scripts, metadata.'),
  })
  .meta({ id: 'UploadedBranding' })

/** The pictures of the operator; colours, corners and links are settings. */
export const brandingOperations = (deps: BrandingDependencies): readonly Operation[] => [
  readOperation({
    id: 'getBranding',
    method: 'GET',
    path,
    tag,
    summary: 'Get where the logo and the icon of the pages are served.',
    permission: 'environment:read',
    answer: brandingSchema,
    errors: [],
    handle: async () => brandingObject(await deps.stores.brandImages.all(), deps.issuer),
  }),
  ...ofKind(deps, 'logo', {
    put: 'putBrandLogo',
    delete: 'deleteBrandLogo',
    what: 'the logo of the pages, on dark ones as well if there is no other',
  }),
  ...ofKind(deps, 'logo_dark', {
    put: 'putBrandDarkLogo',
    delete: 'deleteBrandDarkLogo',
    what: 'the logo of dark pages, beside the one for light pages',
  }),
  ...ofKind(deps, 'icon', {
    put: 'putBrandIcon',
    delete: 'deleteBrandIcon',
    what: 'the icon of the pages, which browsers show in their tabs',
  }),
]

const ofKind = (
  { environment, issuer }: BrandingDependencies,
  kind: BrandImageKind,
  named: { readonly put: string; readonly delete: string; readonly what: string },
): readonly Operation[] => [
  changeOperation({
    id: named.put,
    method: 'PUT',
    path: `${path}/${kind}`,
    tag,
    summary: `Set ${named.what}, on every node at once.`,
    description: uploadedImageDescription,
    permission: 'environment:write',
    body: z.instanceof(Uint8Array),
    rawBody: imageTypes,
    answer: uploadedSchema,
    status: 200,
    errors: [],
    handle: async ({ body, change }) => {
      const image = await uploadedImage(body)
      return change(async (acting) => {
        const images = await setBrandImage(acting, kind, image)
        acting.afterCommit(environment.invalidate)
        return { ...brandingObject(images, issuer), removed: [...image.removed] }
      })
    },
  }),

  changeOperation({
    id: named.delete,
    method: 'DELETE',
    path: `${path}/${kind}`,
    tag,
    summary: `Take away ${named.what}.`,
    permission: 'environment:write',
    status: 204,
    errors: [404],
    handle: ({ change }) =>
      change(async (acting) => {
        if (!(await removeBrandImage(acting, kind))) throw notFound('Picture', kind)
        acting.afterCommit(environment.invalidate)
        return undefined
      }),
  }),
]
