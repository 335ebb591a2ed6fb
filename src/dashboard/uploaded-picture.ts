import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { invalidField } from '../management/refusal.ts'
import { pictureRefusal } from './body-refusal.ts'
import type { FormFields } from './form-fields.ts'

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

/** @throws Refusal if none was chosen. */
export const pictureIn = (request: FastifyRequest): Uint8Array => {
  const { body } = request
  const picture =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[PICTURE] : undefined
  if (picture instanceof Uint8Array && picture.byteLength > 0) return picture
  throw invalidField(PICTURE, 'required', 'Choose a file.')
}
