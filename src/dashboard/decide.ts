import type { FastifyReply } from 'fastify'
import type { Refusal } from '../management/refusal.ts'
import { attempt } from './ask.ts'
import { leaveNotice, type Notice } from './notice.ts'

/** What a form decides: it is done, and the browser goes on; or it is refused, and the page says so beside the fields. */
export const decide = async (
  reply: FastifyReply,
  decision: {
    /** Throws a Refusal, so that the form is shown again. */
    readonly work: () => Promise<unknown>
    readonly refused: (refusal: Refusal) => Promise<FastifyReply> | FastifyReply
    readonly notice: Notice
    readonly onto: string
  },
): Promise<FastifyReply> => {
  const { refusal } = await attempt(decision.work)
  if (refusal) {
    reply.code(refusal.status)
    return decision.refused(refusal)
  }
  leaveNotice(reply, decision.notice)
  return reply.redirect(decision.onto, 303)
}
