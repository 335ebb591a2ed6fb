import type { FastifyPluginAsync } from 'fastify'
import { pageInScheme, schemes } from '../html/in-scheme.ts'
import {
  contentSecurityPolicyInOwnFrame,
  contentSecurityPolicyWithFrames,
  sendHtml,
} from '../interaction/document.ts'
import { Consent } from '../interaction/pages/consent.tsx'
import { describeScope } from '../interaction/requested-access.ts'
import { page } from '../interaction/site.ts'
import { en } from '../interaction/text/en/index.ts'
import type { Refusal } from '../management/refusal.ts'
import { type ApplicationObject, applicationSchema } from '../objects/application.ts'
import { type ApplicationLogosObject, applicationLogosSchema } from '../objects/application-settings.ts'
import { organizationSchema } from '../objects/organization.ts'
import { settingsSchema } from '../objects/settings.ts'
import { paths } from '../protocol/paths.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { type DashboardPages, openDashboard } from './open-dashboard.ts'
import { ApplicationLogos, type LogoTheme } from './pages/application-logos.tsx'
import { applicationPath } from './pages/application-tabs.tsx'
import { requirePeople } from './require-people.ts'
import { type FormVisit, formsOf, sectionOn, type Visit } from './section.ts'
import {
  afterPicture,
  pictureIn,
  takenPictureSchema,
  takingPictures,
  withPicture,
} from './uploaded-picture.ts'

/*
 * The pictures of an application, and the page on which its users see them.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/applications/:id/logos` | them, on the consent page in light and dark | |
 * | `…/logos/light`, `…/logos/dark` | | which picture it is |
 * | `…/logos/light/delete`, `…/logos/dark/delete` | | that there is none |
 * | `…/consent-preview` | the consent page as it would be, for a frame of the page above | |
 */

const operations = {
  light: { put: 'putApplicationLightLogo', delete: 'deleteApplicationLightLogo' },
  dark: { put: 'putApplicationDarkLogo', delete: 'deleteApplicationDarkLogo' },
} as const satisfies Record<LogoTheme, unknown>

/** A person that there is not, for the preview. */
const SOMEBODY = { name: 'Sam Sample', email: 'sam@example.com' }

export const applicationLogosPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const one = `${dashboardPaths.applications}/:id`
    const path = `${one}/logos`

    const read = async (visit: Pick<Visit, 'param' | 'caller' | 'now'>) => {
      const params = { id: visit.param('id') }
      const [application, logos] = await Promise.all([
        ask(visit, 'getApplication', applicationSchema, { params }),
        ask(visit, 'getApplicationLogos', applicationLogosSchema, { params }),
      ])
      requirePeople(application)
      return { application, logos }
    }
    type Read = Awaited<ReturnType<typeof read>>

    const show = (
      visit: Visit,
      shown: Read,
      forms: Partial<Record<LogoTheme, FilledForm>> = {},
      leftOut: Partial<Record<LogoTheme, readonly string[]>> = {},
    ) => {
      visit.reply.header('content-security-policy', contentSecurityPolicyWithFrames(["'self'"]))
      return visit.send(ApplicationLogos, {
        ...{ ...shown, leftOut },
        forms: { light: freshForm(), dark: freshForm(), ...forms },
      })
    }

    await app.register(
      takingPictures(
        (request) => openDashboard(pages, request),
        (scope) => {
          const section = sectionOn(scope, pages)
          section.shows(path, async (visit) => show(visit, await read(visit)))
          const pathOf = ({ application }: Read) => applicationPath(application, '/logos')
          const again = (visit: FormVisit, shown: Read, theme: LogoTheme, refusal: Refusal) =>
            show(visit, shown, {
              [theme]: refusedForm(withPicture(visit.fields), refusal, undefined, () => 'picture'),
            })
          const form = formsOf<Visit, Read, LogoTheme>(section, { path, read, pathOf, again })
          for (const theme of ['light', 'dark'] as const) {
            section.answers(`${path}/${theme}`, async (visit) => {
              const shown = await read(visit)
              return {
                work: async () => {
                  const taken = await ask(visit, operations[theme].put, takenPictureSchema, {
                    params: { id: shown.application.id },
                    body: pictureIn(visit.request),
                  })
                  const now = await read(visit)
                  return afterPicture(visit, pathOf(shown), taken, (leftOut) =>
                    show(visit, now, {}, { [theme]: leftOut }),
                  )
                },
                refused: (refusal) => again(visit, shown, theme, refusal),
              }
            })
            form(`/${theme}/delete`, theme, 'deleted', (visit, { application: { id } }) =>
              ask(visit, operations[theme].delete, undefined, { params: { id } }),
            )
          }
        },
      ),
    )

    app.get(`${one}/consent-preview`, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      const { id = '' } = request.params as { readonly id?: string }
      const { application, logos } = await read({ ...operator, param: () => id })
      const [owner, permissions, settings] = await Promise.all([
        ownerOf(application) === undefined
          ? undefined
          : ask(operator, 'getOrganization', organizationSchema, {
              params: { id: ownerOf(application) ?? '' },
            }),
        pages.stores.permissions.bySlugs(application.scopes),
        ask(operator, 'getSettings', settingsSchema),
      ])
      const frame = { ...pages.site.frame(request), text: en }
      reply
        .header('content-security-policy', contentSecurityPolicyInOwnFrame)
        .header('x-frame-options', 'SAMEORIGIN')
      const { scheme: asked } = request.query as { readonly scheme?: unknown }
      const scheme = schemes.find((one) => one === asked) ?? 'light'
      return sendHtml(
        reply,
        pageInScheme(
          page(Consent, {
            ...frame,
            action: paths.consent,
            useAnotherAccountAction: paths.signOut,
            csrfToken: '',
            sealedRequest: '',
            application: { name: application.name, ...logoIn(logos) },
            owner: { name: owner?.name ?? frame.branding.name },
            account: SOMEBODY,
            organization: null,
            scopes: scopesOf(application).map((scope) => ({
              ...describeScope(scope, en, permissions, settings.scope_descriptions),
              isNew: false,
            })),
            isNothingLeft: false,
            resources: [],
            otherHosts: [],
            options: [],
            answerTo: { redirectHost: hostOf(application) },
          }),
          scheme,
        ),
      )
    })
  }

const ownerOf = (application: ApplicationObject): string | undefined =>
  'organization_id' in application ? application.organization_id : undefined

const scopesOf = ({ scopes }: ApplicationObject): readonly string[] => [
  'openid',
  'profile',
  'email',
  ...scopes,
]

/** Our own addresses of them, without the origin: the frame shows what is here. */
const logoIn = ({ light, dark }: ApplicationLogosObject) => {
  const [one, other] = [pathIn(light), pathIn(dark)]
  const first = one ?? other
  return first === undefined ? {} : { logo: { light: first, ...(other !== undefined && { dark: other }) } }
}

const pathIn = (address: string | null): string | undefined =>
  address === null ? undefined : new URL(address).pathname

const hostOf = (application: ApplicationObject): string => {
  const [first] = 'redirect_uris' in application ? application.redirect_uris : []
  const url = first && URL.parse(first.uri)
  return url?.host || 'app.example.com'
}
