import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { invalidField } from '../management/refusal.ts'
import { paths } from '../protocol/paths.ts'
import { pictureRefusal } from './body-refusal.ts'
import type { FormFields } from './form-fields.ts'
import { leaveNotice } from './notice.ts'
import type { Sent } from './visit.ts'

/*
 * Pictures that are chosen in a form, which is sent as multipart/form-data then (RFC 7578). Only where one is expected; what
 * it is, and whether it is too large, is for the operation to say.
 */

/** Far more than the operations take: their refusal is a sentence, this one is not. */
const MAXIMUM_BYTES = 2_000_000

/** The field of the file, which is not sent if none was chosen. */
const PICTURE = 'picture'

/** A form that may be without it. */
export const withPicture = (fields: FormFields): FormFields => ({
  ...fields,
  names: [...fields.names, PICTURE],
})

/**
 * Routes in this scope take such forms, besides those of all pages.
 *
 * @param letIn throws for whoever may not be there: nothing of what a stranger sends is read.
 */
export const takingPictures = (
  letIn: (request: FastifyRequest) => Promise<unknown>,
  routes: (app: FastifyInstance) => void,
): FastifyPluginAsync =>
  async function picturesScope(app) {
    app.addHook('onRequest', async (request) => {
      if (request.method === 'POST') await letIn(request)
    })
    await app.register(multipart, {
      attachFieldsToBody: 'keyValues',
      limits: { fileSize: MAXIMUM_BYTES, files: 1, fields: 20, fieldSize: 4096, parts: 21 },
    })
    app.setErrorHandler(async (error) => {
      throw pictureRefusal(error) ?? error
    })
    routes(app)
  }

/** Part of what the operations answer that take one. */
export const takenPictureSchema = z.object({ removed: z.array(z.string()) })

/** What follows when a picture was taken: the page it was sent from says what was left out of it, if there was anything. */
export const afterPicture =
  (
    visit: { readonly reply: FastifyReply },
    onto: string,
    { removed }: z.output<typeof takenPictureSchema>,
    tell: (leftOut: readonly string[]) => Sent,
  ) =>
  (): Sent => {
    if (removed.length > 0) return tell(removed)
    leaveNotice(visit.reply, 'saved', paths.dashboard)
    return visit.reply.redirect(onto, 303)
  }

/** @throws Refusal if none was chosen. */
export const pictureIn = (request: FastifyRequest): Uint8Array => {
  const { body } = request
  const picture =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[PICTURE] : undefined
  if (picture instanceof Uint8Array && picture.byteLength > 0) return picture
  throw invalidField(PICTURE, 'required', 'Choose a file.')
}
