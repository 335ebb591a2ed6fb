import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { newProgress } from '../../sessions/sign-in-progress.ts'
import { parseEmail } from '../../users/user.ts'
import { advance } from './advance.ts'
import { type SignInPages, signInText } from './context.ts'
import { showEmail } from './email-page.ts'
import { signInForm } from './form.ts'
import { sendUpstream } from './identity-provider.ts'
import { requiredProvidersFor } from './providers.ts'

/**
 * Takes who somebody says they are. Nothing is looked up but whose domain the address is of: the page that is next is the same
 * for everybody there.
 */
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
        const progress = newProgress(opened.now, email)
        const [provider, ...others] = await requiredProvidersFor(pages, email)
        // Of several they choose.
        return provider && others.length === 0
          ? sendUpstream(pages, request, reply, { ...opened, progress }, provider)
          : advance(pages, request, reply, opened, progress)
      }),
    )
  }
