import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import type { Refusal } from '../management/refusal.ts'
import { attempt } from './ask.ts'
import type { FormFields } from './form-fields.ts'
import { leaveNotice, type Notice } from './notice.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import type { WorkspaceProps } from './pages/workspace.tsx'

/*
 * What every section of the dashboard is made with: a page that is shown, and a form that is decided. Both are opened for
 * an operator, or not at all.
 */

/** An operator at a page. */
export interface Visit extends Operator {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** What stands in the path, by name. */
  param(name: string): string
  /** Sends a page, in the frame of the dashboard. */
  send<Props extends { readonly workspace: WorkspaceProps }>(
    component: (props: Props) => VNode,
    props: Omit<Props, 'workspace'>,
  ): FastifyReply
}

export interface FormVisit extends Visit {
  readonly fields: FormFields
}

type Sent = Promise<FastifyReply> | FastifyReply

interface Refusable<Answer> {
  /** Throws a Refusal, so that the form is shown again. */
  readonly work: () => Promise<Answer>
  /** Shows the form once more, with what is wrong beside its fields. */
  readonly refused: (refusal: Refusal) => Sent
}

/** What a form decides: it is done, and the browser goes on, to a page that says so. */
export interface Decision extends Refusable<unknown> {
  readonly notice: Notice
  readonly onto: string
}

/** The same of a form that says what is to be sent: what is shown once has no address to be shown at again. */
export type Answering = Refusable<() => Sent>

export interface Section {
  shows(path: string, show: (visit: Visit) => Sent): void
  decides(path: string, decide: (visit: FormVisit) => Promise<Decision> | Decision): void
  answers(path: string, answer: (visit: FormVisit) => Promise<Answering> | Answering): void
}

export const sectionOn = (app: FastifyInstance, pages: DashboardPages): Section => {
  const visitOf = <Who extends Operator>(request: FastifyRequest, reply: FastifyReply, operator: Who) => ({
    ...operator,
    request,
    reply,
    param: (name: string) => (request.params as Readonly<Record<string, string>>)[name] ?? '',
    send: <Props extends { readonly workspace: WorkspaceProps }>(
      component: (props: Props) => VNode,
      props: Omit<Props, 'workspace'>,
    ) =>
      sendHtml(
        reply,
        page(component, { ...props, workspace: workspace(pages, request, reply, operator) } as Props),
      ),
  })
  const answers: Section['answers'] = (path, answer) =>
    void app.post(path, async (request, reply) => {
      const visit = visitOf(request, reply, await openDashboardForm(pages, request))
      const { work, refused } = await answer(visit)
      const attempted = await attempt(work)
      if (attempted.refusal === undefined) return attempted.answer()
      reply.code(attempted.refusal.status)
      return refused(attempted.refusal)
    })
  return {
    answers,
    shows: (path, show) =>
      void app.get(path, async (request, reply) =>
        show(visitOf(request, reply, await openDashboard(pages, request))),
      ),
    decides: (path, decide) =>
      answers(path, async (visit) => {
        const { work, refused, notice, onto } = await decide(visit)
        const goOn = () => {
          leaveNotice(visit.reply, notice)
          return visit.reply.redirect(onto, 303)
        }
        return { refused, work: () => work().then(() => goOn) }
      }),
  }
}

/** Forms on the page of one thing, each of which shows that page again where it is refused. */
export const formsOf =
  <Thing, Kind extends string>(
    section: Section,
    page: {
      /** Of the page; each form's is below it. */
      readonly path: string
      /** @throws Refusal 404 */
      readonly read: (visit: Visit) => Promise<Thing>
      readonly pathOf: (thing: Thing) => string
      readonly again: (visit: FormVisit, thing: Thing, kind: Kind, refusal: Refusal) => Sent
    },
  ) =>
  (
    below: string,
    kind: Kind,
    notice: Notice,
    work: (visit: FormVisit, thing: Thing) => Promise<unknown>,
    /** Where the browser goes on to, if not back to the page. */
    onto?: string,
  ): void =>
    section.decides(`${page.path}${below}`, async (visit) => {
      const thing = await page.read(visit)
      return {
        work: () => work(visit, thing),
        refused: (refusal) => page.again(visit, thing, kind, refusal),
        notice,
        onto: onto ?? page.pathOf(thing),
      }
    })
