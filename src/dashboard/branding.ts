import type { FastifyPluginAsync } from 'fastify'
import { settingsChangeSchema } from '../environment/settings.ts'
import type { Look } from '../html/brand.ts'
import { pageInScheme, schemes } from '../html/in-scheme.ts'
import type { Branding } from '../html/layout.tsx'
import {
  contentSecurityPolicyInOwnFrame,
  contentSecurityPolicyWithFrames,
  sendHtml,
} from '../interaction/document.ts'
import { SignInEmail } from '../interaction/pages/sign-in-email.tsx'
import { page } from '../interaction/site.ts'
import { en } from '../interaction/text/en/index.ts'
import type { Refusal } from '../management/refusal.ts'
import { readPart } from '../management/request-parts.ts'
import { brandingSchema } from '../objects/branding.ts'
import type { SettingsObject } from '../objects/settings.ts'
import { paths } from '../protocol/paths.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import { type DashboardPages, openDashboard } from './open-dashboard.ts'
import { type BrandImage, BrandingPage, brandImages } from './pages/branding.tsx'
import { requireMay } from './require-may.ts'
import { type FormVisit, formsOf, sectionOn, type Visit } from './section.ts'
import { changeOf, type SettingsGroup, setValues } from './settings-fields.ts'
import {
  afterPicture,
  pictureIn,
  takenPictureSchema,
  takingPictures,
  withPicture,
} from './uploaded-picture.ts'

/*
 * What the operator's pages look like: names, colours and pictures, and the page on which people sign in as it would be
 * with what stands in the form.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/settings/branding` | all of it | the settings among them |
 * | `…/branding/try` | the same, with what the form says in the preview | |
 * | `…/branding/logo`, `logo_dark`, `icon`; `…/delete` | | which picture it is, or none |
 * | `…/branding/preview` | the sign-in page, for a frame of these pages | |
 */

const operations: Readonly<Record<BrandImage, { readonly put: string; readonly delete: string }>> = {
  logo: { put: 'putBrandLogo', delete: 'deleteBrandLogo' },
  logo_dark: { put: 'putBrandDarkLogo', delete: 'deleteBrandDarkLogo' },
  icon: { put: 'putBrandIcon', delete: 'deleteBrandIcon' },
}

const PATH = `${dashboardPaths.settings}/branding`

export interface SettingsAccess {
  read(
    visit: Visit,
    group: SettingsGroup,
  ): Promise<{ readonly settings: SettingsObject; readonly version: string }>
  save(visit: Visit, fields: FormFields, group: SettingsGroup): Promise<unknown>
}

export const brandingPages =
  (pages: DashboardPages, access: SettingsAccess): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages

    const read = async (visit: Visit) => ({
      ...(await access.read(visit, 'branding')),
      branding: await ask(visit, 'getBranding', brandingSchema),
    })
    type Read = Awaited<ReturnType<typeof read>>

    const show = (
      visit: Visit,
      shown: Read,
      forms: {
        readonly settings?: FilledForm
        readonly pictures?: Partial<Record<BrandImage, FilledForm>>
      } = {},
      tried: Readonly<Record<string, string>> = {},
      leftOut: Partial<Record<BrandImage, readonly string[]>> = {},
    ) => {
      visit.reply.header('content-security-policy', contentSecurityPolicyWithFrames(["'self'"]))
      const fresh = freshForm()
      return visit.send(BrandingPage, {
        ...{ ...shown, leftOut },
        form: forms.settings ?? freshForm(setValues(shown.settings)),
        pictures: { logo: fresh, logo_dark: fresh, icon: fresh, ...forms.pictures },
        preview: `${PATH}/preview?${new URLSearchParams(tried)}`,
      })
    }

    const settings = sectionOn(app, pages)
    settings.decides(PATH, async (visit) => {
      const shown = await read(visit)
      const saved = freshForm(setValues(shown.settings))
      return {
        work: () => access.save(visit, visit.fields, 'branding'),
        refused: (refusal) =>
          show(visit, shown, { settings: refusedForm(visit.fields, refusal, saved) }, triedIn(visit.fields)),
        notice: 'saved',
        onto: PATH,
      }
    })

    // Nothing is saved: the page again, with what the form says.
    settings.answers(`${PATH}/try`, async (visit) => {
      const shown = await read(visit)
      const { fields } = visit
      const form: FilledForm = {
        ...freshForm(),
        value: fields.text,
        values: fields.all,
        updatedAt: fields.optional('updated_at'),
      }
      return {
        work: async () => {
          requireMay(visit, 'environment:write')
          // What would be refused if it were saved is so here, at its field.
          readPart(settingsChangeSchema, changeOf('branding', fields))
          return () => show(visit, shown, { settings: form }, triedIn(fields))
        },
        refused: (refusal) => {
          if (refusal.status !== 422) throw refusal
          const saved = freshForm(setValues(shown.settings))
          return show(visit, shown, { settings: refusedForm(fields, refusal, saved) }, triedIn(fields))
        },
      }
    })

    await app.register(
      takingPictures(
        (request) => openDashboard(pages, request),
        (scope) => {
          const section = sectionOn(scope, pages)
          // The first of the settings, so the section begins with it.
          for (const path of [PATH, dashboardPaths.settings]) {
            section.shows(path, async (visit) => show(visit, await read(visit)))
          }
          const again = (visit: FormVisit, shown: Read, image: BrandImage, refusal: Refusal) =>
            show(visit, shown, {
              pictures: {
                [image]: refusedForm(withPicture(visit.fields), refusal, undefined, () => 'picture'),
              },
            })
          const form = formsOf<Visit, Read, BrandImage>(section, {
            path: PATH,
            read,
            pathOf: () => PATH,
            again,
          })
          for (const image of brandImages) {
            section.answers(`${PATH}/${image}`, async (visit) => {
              const shown = await read(visit)
              return {
                work: async () => {
                  const body = pictureIn(visit.request)
                  const taken = await ask(visit, operations[image].put, takenPictureSchema, { body })
                  const now = await read(visit)
                  return afterPicture(visit, PATH, taken, (leftOut) =>
                    show(visit, now, {}, {}, { [image]: leftOut }),
                  )
                },
                refused: (refusal) => again(visit, shown, image, refusal),
              }
            })
            form(`/${image}/delete`, image, 'deleted', (visit) =>
              ask(visit, operations[image].delete, undefined),
            )
          }
        },
      ),
    )

    app.get(`${PATH}/preview`, async (request, reply) => {
      await openDashboard(pages, request)
      const query = request.query as Readonly<Record<string, unknown>>
      const scheme = schemes.find((one) => one === query['scheme']) ?? 'light'
      const frame = pages.site.frame(request)
      reply
        .header('content-security-policy', contentSecurityPolicyInOwnFrame)
        .header('x-frame-options', 'SAMEORIGIN')
      return sendHtml(
        reply,
        pageInScheme(
          page(SignInEmail, {
            ...frame,
            text: en,
            branding: brandingWith(frame.branding, query),
            action: paths.signIn,
            csrfToken: '',
            isOnceMore: false,
            mayCancel: false,
            application: null,
            providers: [],
            providerAction: paths.signInUpstream,
          }),
          scheme,
        ),
      )
    })
  }

/** What a form says of the looks, as it was typed. */
const triedIn = (fields: FormFields): Record<string, string> => ({
  tried: 'yes',
  ...Object.fromEntries(
    Object.keys(changeOf('branding', fields)).flatMap((name) => {
      const text = fields.optional(name)
      return text === undefined ? [] : [[name, text]]
    }),
  ),
})

const tryable = settingsChangeSchema.pick({
  brand_name: true,
  accent_color: true,
  background_color: true,
  background_color_dark: true,
  corner_radius: true,
  terms_url: true,
  privacy_url: true,
})

/** The looks as they are saved, or as somebody tries them; what cannot be is left out. */
const brandingWith = (saved: Branding, query: Readonly<Record<string, unknown>>): Branding => {
  if (query['tried'] !== 'yes') return saved
  const tried: Partial<Record<keyof typeof tryable.shape, unknown>> = {}
  for (const [name, schema] of Object.entries(tryable.shape)) {
    const text = query[name]
    const value = name === 'corner_radius' && typeof text === 'string' && text !== '' ? Number(text) : text
    const parsed = schema.safeParse(value)
    if (parsed.success) tried[name as keyof typeof tryable.shape] = parsed.data ?? undefined
  }
  const { look: _look, termsUrl: _terms, privacyUrl: _privacy, ...rest } = saved
  const look = {
    accentColor: tried.accent_color,
    backgroundColor: tried.background_color,
    backgroundColorDark: tried.background_color_dark,
    cornerRadius: tried.corner_radius,
  }
  const known = (members: object) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
  return {
    ...rest,
    ...known({ name: tried.brand_name, termsUrl: tried.terms_url, privacyUrl: tried.privacy_url }),
    look: known(look) as Look,
  }
}
