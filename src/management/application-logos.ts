import { z } from 'zod'
import { changeLogo, type LogoTheme } from '../clients/application-settings.ts'
import type { ClientRegistry } from '../clients/client-registry.ts'
import { imageTypes } from '../images/image.ts'
import { applicationLogosObject, applicationLogosSchema } from '../objects/application-settings.ts'
import type { Stores } from '../storage/index.ts'
import { applicationAt } from './application-reference.ts'
import { notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { notFound } from './refusal.ts'
import { uploadedImage, uploadedImageDescription } from './uploaded-image.ts'

export interface ApplicationLogoDependencies {
  readonly stores: Stores
  readonly clientRegistry: Pick<ClientRegistry, 'invalidate'>
  readonly issuer: string
}

const tag = 'Application logos'

const uploadedSchema = applicationLogosSchema
  .extend({
    removed: z.array(z.string()).describe('What was in the picture and is not served: scripts, metadata.'),
  })
  .meta({ id: 'UploadedApplicationLogo' })

export const applicationLogoOperations = (deps: ApplicationLogoDependencies): readonly Operation[] => [
  readOperation({
    id: 'getApplicationLogos',
    method: 'GET',
    path: '/latchkey/v1/applications/:id/logos',
    tag,
    summary: 'Get where the logos of an application are served.',
    permission: 'applications:read',
    answer: applicationLogosSchema,
    errors: [404],
    handle: async ({ params }) =>
      applicationLogosObject(await applicationAt(deps.stores, params.id), deps.issuer),
  }),
  ...themed(deps, 'light', {
    put: 'putApplicationLightLogo',
    delete: 'deleteApplicationLightLogo',
    path: '/latchkey/v1/applications/:id/logos/light',
    pages: 'pages, on dark ones as well if there is no other',
  }),
  ...themed(deps, 'dark', {
    put: 'putApplicationDarkLogo',
    delete: 'deleteApplicationDarkLogo',
    path: '/latchkey/v1/applications/:id/logos/dark',
    pages: 'dark pages, beside the one for light pages',
  }),
]

const themed = (
  { clientRegistry, issuer }: ApplicationLogoDependencies,
  theme: LogoTheme,
  named: {
    readonly put: string
    readonly delete: string
    readonly path: `/latchkey/v1/applications/:id/logos/${LogoTheme}`
    readonly pages: string
  },
): readonly Operation[] => [
  changeOperation({
    id: named.put,
    method: 'PUT',
    path: named.path,
    tag,
    summary: `Set the logo of an application for ${named.pages}.`,
    description: uploadedImageDescription,
    permission: 'applications:write',
    body: z.instanceof(Uint8Array),
    rawBody: imageTypes,
    answer: uploadedSchema,
    status: 200,
    errors: [404],
    handle: async ({ params, body, change }) => {
      const image = await uploadedImage(body)
      return change(async (acting) => {
        const { id, clientId } = await applicationAt(acting.stores, params.id)
        const client = await changeLogo(acting, id, theme, image)
        if (!client) throw notThere('application', params.id)
        acting.afterCommit(() => clientRegistry.invalidate(clientId))
        return { ...applicationLogosObject(client, issuer), removed: [...image.removed] }
      })
    },
  }),

  changeOperation({
    id: named.delete,
    method: 'DELETE',
    path: named.path,
    tag,
    summary: `Take away the logo of an application for ${theme} pages.`,
    permission: 'applications:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const { id, clientId, logoUrl, logoDarkUrl } = await applicationAt(acting.stores, params.id)
        if ((theme === 'light' ? logoUrl : logoDarkUrl) === null) throw notFound('Logo', params.id)
        if (!(await changeLogo(acting, id, theme, null))) throw notThere('application', params.id)
        acting.afterCommit(() => clientRegistry.invalidate(clientId))
        return undefined
      }),
  }),
]
