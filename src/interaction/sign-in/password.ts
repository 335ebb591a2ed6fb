import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { noteLanguages } from '../../authorization/noted-languages.ts'
import { note } from '../../observability/request-line.ts'
import { readParameters } from '../../protocol/parameters.ts'
import { paths } from '../../protocol/paths.ts'
import type { PasswordHashing } from '../../system/password-hash.ts'
import { accountOf } from '../account.ts'
import { passkeyToSignIn, sendWithPasskey } from '../ask-passkey.ts'
import { SignInPassword, type SignInPasswordProps } from '../pages/sign-in-password.tsx'
import { page } from '../site.ts'
import { advance } from './advance.ts'
import { type SignInContext, type SignInPages, signInFrame, signInLocation, signInText } from './context.ts'
import { showStartOver } from './email-page.ts'
import { laterForm } from './form.ts'
import { codesOffered } from './mail-offers.ts'
import { providersFor } from './providers.ts'

/** The same for addresses that nobody has (OWASP ASVS 5 §6.3.8). */
export const showPassword = async (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: SignInPasswordProps['errors'],
): Promise<FastifyReply> => {
  const { progress, context } = opened
  if (progress?.email === undefined) return showStartOver(pages, request, reply, opened)
  const { email, linking } = progress
  const linkedProvider = linking && (await pages.stores.identityProviders.byId(linking.providerId))
  const offered = codesOffered(pages)
  const passkey = passkeyToSignIn(pages, opened)
  const session = context.session?.email === email ? context.session : undefined
  return sendWithPasskey(
    reply,
    passkey,
    page(SignInPassword, {
      ...signInFrame(pages, request, opened),
      action: paths.signInPassword,
      sendCode: paths.sendCode,
      offersReset: offered.has('reset_password'),
      offersCode: offered.has('sign_in'),
      passkey,
      // Whoever comes from there has been there; and whoever is to sign in once more has not seen the page with all of them.
      providers: linking
        ? []
        : [
            ...(session ? pages.environment.latest().identityProviders : []),
            ...(await providersFor(pages, email)),
          ],
      providerAction: paths.signInUpstream,
      ...(linkedProvider && { linkedProvider: linkedProvider.name }),
      // Their name is theirs to read who are signed in, and nobody else's.
      account: session ? accountOf(session) : { email },
      useAnotherAccount: signInLocation(pages, opened, undefined),
      ...(errors && { errors }),
    }),
  )
}

/** @param place where it is hashed; without, the form holds nothing to hash. */
const decide = (pages: SignInPages, place?: PasswordHashing) =>
  laterForm(pages, ['password'], showPassword, async (request, reply, opened) => {
    const { progress, context } = opened
    const text = signInText(pages, request, opened).errors
    const password = opened.form.get('password') ?? ''
    if (password === '') {
      return showPassword(pages, request, reply.code(422), opened, { password: text.passwordMissing })
    }
    const attempt = {
      email: progress.email ?? '',
      password,
      address: request.ip,
      userAgent: request.headers['user-agent'],
      browser: context.browser,
    }
    const result = await pages.provePassword(attempt, place)
    note(request, { outcome: result.outcome })
    switch (result.outcome) {
      case 'throttled':
        reply.code(429).header('retry-after', result.retryAfterSeconds)
        return showPassword(pages, request, reply, opened, { form: text.tooManyAttempts })
      case 'wrong_credentials':
        return showPassword(pages, request, reply.code(422), opened, { form: text.wrongCredentials })
      case 'proved':
        return advance(pages, request, reply, opened, { ...progress, proved: result.proof })
    }
  })

export const passwordForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(paths.signInPassword, async (request, reply) => {
      const form = readParameters(request.body)
      if ((form.get('password') ?? '') === '') return decide(pages)(request, reply)
      // Before the request is opened and anybody is looked up: who is sent away costs nothing, and learns nothing.
      noteLanguages(request, form)
      return pages.passwordHasher.admit((place) => decide(pages, place)(request, reply))
    })
  }
