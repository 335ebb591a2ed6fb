import type { FastifyPluginAsync } from 'fastify'
import { conflict, Refusal } from '../management/refusal.ts'
import {
  type JwtTemplateObject,
  jwtTemplatePreviewSchema,
  jwtTemplateSchema,
} from '../objects/jwt-template.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { JwtTemplatePage } from './pages/jwt-template.tsx'
import { sectionOn, type Visit } from './section.ts'
import { CHANGED_MEANWHILE, CHANGED_MEANWHILE_MESSAGE } from './unchanged-since.ts'
import { userByEmail } from './user-by-email.ts'

/*
 * The operator's own claims in access tokens.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/settings/jwt-template` | the template | it |
 * | `…/jwt-template/preview` | the same, with what it would make of somebody; nothing is saved | |
 */

const PATH = `${dashboardPaths.settings}/jwt-template`

export const jwtTemplatePages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)

    const read = async (visit: Visit): Promise<JwtTemplateObject | undefined> => {
      try {
        return await ask(visit, 'getJwtTemplate', jwtTemplateSchema)
      } catch (error) {
        // There is none yet.
        if (error instanceof Refusal && error.status === 404) return undefined
        throw error
      }
    }

    const editable = (template: JwtTemplateObject | undefined) => freshForm({ content: template?.content })

    const show = (
      visit: Visit,
      template: JwtTemplateObject | undefined,
      form: FilledForm = editable(template),
      claims?: Readonly<Record<string, unknown>>,
    ) =>
      visit.send(JwtTemplatePage, {
        updatedAt: template?.updated_at ?? '',
        form,
        ...(claims && { claims }),
      })

    section.shows(PATH, async (visit) => show(visit, await read(visit)))

    section.decides(PATH, async (visit) => {
      const template = await read(visit)
      return {
        work: () =>
          ask(visit, 'updateJwtTemplate', jwtTemplateSchema, {
            body: { content: visit.fields.text('content') },
            provided: async (stores) => {
              // Settings and template are changed one at a time.
              await stores.environment.changeAlone()
              const current = (await stores.jwtTemplate.find())?.updatedAt.toISOString() ?? ''
              if (current !== visit.fields.text('updated_at')) {
                throw conflict(CHANGED_MEANWHILE, CHANGED_MEANWHILE_MESSAGE)
              }
            },
          }),
        refused: (refusal) => show(visit, template, refusedForm(visit.fields, refusal, editable(template))),
        notice: 'saved',
        onto: PATH,
      }
    })

    section.answers(`${PATH}/preview`, async (visit) => {
      const { fields } = visit
      const template = await read(visit)
      const form: FilledForm = {
        ...freshForm(),
        value: fields.text,
        values: fields.all,
        updatedAt: fields.optional('updated_at'),
      }
      return {
        work: async () => {
          const user = await userByEmail(
            ask,
            visit,
            fields.optional('email'),
            'choose one whose claims to see.',
          )
          const { claims } = await ask(visit, 'previewJwtTemplate', jwtTemplatePreviewSchema, {
            body: {
              content: fields.text('content'),
              user_id: user.id,
              organization_id: fields.optional('organization_id') ?? null,
            },
          })
          return () => show(visit, template, form, claims)
        },
        refused: (refusal) => show(visit, template, refusedForm(fields, refusal, editable(template))),
      }
    })
  }
