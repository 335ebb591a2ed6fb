import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { newProgress } from '../../sessions/sign-in-progress.ts'
import { parseEmail } from '../../users/user.ts'
import { advance } from './advance.ts'
import { type SignInPages, signInText } from './context.ts'
import { showEmail } from './email-page.ts'
import { signInForm } from './form.ts'

/** Takes who somebody says they are. Nothing is looked up: the page that is next is the same for everybody. */
export const emailForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.signIn,
      signInForm(pages, showEmail, async (request, reply, opened) => {
        const typed = opened.form.get('email')?.trim() ?? ''
        const email = parseEmail(typed)?.email
        if (email === undefined) {
          const { emailMissing, emailMalformed } = signInText(pages, request, opened).errors
          const errors = { email: typed === '' ? emailMissing : emailMalformed }
          return showEmail(pages, request, reply.code(422), opened, errors, typed)
        }
        return advance(pages, request, reply, opened, newProgress(opened.now, email))
      }),
    )
  }
