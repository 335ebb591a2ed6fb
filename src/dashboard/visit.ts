import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import type { Refusal } from '../management/refusal.ts'
import { attempt } from './ask.ts'
import type { FormFields } from './form-fields.ts'
import { leaveNotice, type Notice } from './notice.ts'

/*
 * Pages that somebody has to be let in to: one that is shown, and a form that is decided, each opened for whoever it is or
 * not at all. Who that may be, and what is around the pages, is for each workspace to say.
 */

/** Somebody at a page; `Frame` is what is around it. */
export type VisitBy<Who, Frame> = Who & {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** What stands in the path, by name. */
  param(name: string): string
  /** Sends a page, in its frame. */
  send<Props extends { readonly workspace: Frame }>(
    component: (props: Props) => VNode,
    props: Omit<Props, 'workspace'>,
  ): FastifyReply
}

export type Filled<Visit> = Visit & { readonly fields: FormFields }

export type Sent = Promise<FastifyReply> | FastifyReply

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

export interface SectionFor<Visit> {
  shows(path: string, show: (visit: Visit) => Sent): void
  decides(path: string, decide: (visit: Filled<Visit>) => Promise<Decision> | Decision): void
  answers(path: string, answer: (visit: Filled<Visit>) => Promise<Answering> | Answering): void
}

/** Who is let in, and what is around the pages. */
export interface Door<Who, Frame> {
  /** The first page of the workspace; what a form has done is told below it. */
  readonly path: string
  /** Throws for whoever is not let in. */
  readonly open: (request: FastifyRequest) => Promise<Who>
  /** The same for a form, which has to be one of that browser besides. */
  readonly openForm: (request: FastifyRequest) => Promise<Filled<Who>>
  readonly frame: (request: FastifyRequest, reply: FastifyReply, who: Who) => Frame
}

export const sectionFor = <Who, Frame>(
  app: FastifyInstance,
  { path: workspacePath, open, openForm, frame }: Door<Who, Frame>,
): SectionFor<VisitBy<Who, Frame>> => {
  const visitOf = <Opened extends Who>(request: FastifyRequest, reply: FastifyReply, who: Opened) => ({
    ...who,
    request,
    reply,
    param: (name: string) => (request.params as Readonly<Record<string, string>>)[name] ?? '',
    send: <Props extends { readonly workspace: Frame }>(
      component: (props: Props) => VNode,
      props: Omit<Props, 'workspace'>,
    ) => sendHtml(reply, page(component, { ...props, workspace: frame(request, reply, who) } as Props)),
  })
  const answers: SectionFor<VisitBy<Who, Frame>>['answers'] = (path, answer) =>
    void app.post(path, async (request, reply) => {
      const visit = visitOf(request, reply, await openForm(request))
      const { work, refused } = await answer(visit)
      const attempted = await attempt(work)
      if (attempted.refusal === undefined) return attempted.answer()
      reply.code(attempted.refusal.status)
      return refused(attempted.refusal)
    })
  return {
    answers,
    shows: (path, show) =>
      void app.get(path, async (request, reply) => show(visitOf(request, reply, await open(request)))),
    decides: (path, decide) =>
      answers(path, async (visit) => {
        const { work, refused, notice, onto } = await decide(visit)
        const goOn = () => {
          leaveNotice(visit.reply, notice, workspacePath)
          return visit.reply.redirect(onto, 303)
        }
        return { refused, work: () => work().then(() => goOn) }
      }),
  }
}

/** Forms on the page of one thing, each of which shows that page again where it is refused. */
export const formsOf =
  <Visit, Thing, Kind extends string>(
    section: SectionFor<Visit>,
    page: {
      /** Of the page; each form's is below it. */
      readonly path: string
      /** @throws Refusal 404 */
      readonly read: (visit: Visit) => Promise<Thing>
      readonly pathOf: (thing: Thing) => string
      readonly again: (visit: Filled<Visit>, thing: Thing, kind: Kind, refusal: Refusal) => Sent
    },
  ) =>
  (
    below: string,
    kind: Kind,
    notice: Notice,
    work: (visit: Filled<Visit>, thing: Thing) => Promise<unknown>,
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
