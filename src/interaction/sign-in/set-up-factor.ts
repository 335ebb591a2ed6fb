import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { addPasskey, verifyNewPasskey } from '../../authenticators/passkey.ts'
import { replaceRecoveryCodes } from '../../authenticators/recovery-codes.ts'
import { totpUri } from '../../authenticators/totp.ts'
import { addTotp, type TotpSetUp } from '../../authenticators/totp-factor.ts'
import { actingAs } from '../../events/record.ts'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import { lockProved } from '../../sessions/lock-proved.ts'
import { newProgress, withSecondFactor } from '../../sessions/sign-in-progress.ts'
import { askToCreate, sendWithPasskey } from '../ask-passkey.ts'
import { SignInSetUpFactor, type SignInSetUpFactorProps } from '../pages/sign-in-set-up-factor.tsx'
import { page } from '../site.ts'
import { advance } from './advance.ts'
import { type SignInContext, type SignInPages, signInFrame, signInLocation, signInTexts } from './context.ts'
import { showStartOver } from './email-page.ts'
import { factorStepOf } from './factor-facts.ts'
import { laterForm, type SignInForm } from './form.ts'
import { showRecoveryCodes } from './recovery-codes.ts'

/** A second factor is wanted of somebody who has none. @param begun the authenticator app that was being set up. */
export const showSetUpFactor = async (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: SignInSetUpFactorProps['errors'],
  begun?: TotpSetUp & { readonly sealed: string },
): Promise<FastifyReply> => {
  const step = await factorStepOf(pages, opened)
  const user = step && (await pages.stores.users.byId(step.proved.userId))
  if (!step || !user) return showStartOver(pages, request, reply, opened)
  const { kinds, mayDecline } = step.wanted
  const { context, now } = opened
  const passkey = kinds.includes('passkey') ? await askToCreate(pages, opened, user) : undefined
  const { brandName } = pages.environment.latest().settings
  const labels = { issuer: brandName, label: user.email }
  const setUp = begun ?? pages.authenticators.totpSetUps.begin(user.id, labels, context.browser, now)
  return sendWithPasskey(
    reply,
    passkey,
    page(SignInSetUpFactor, {
      ...signInFrame(pages, request, opened),
      action: paths.signInSetUpFactor,
      totp: kinds.includes('totp') ? { ...setUp, uri: totpUri(setUp.secret, setUp) } : undefined,
      passkey,
      passkeyAction: paths.signInSetUpPasskey,
      scriptPath: passkey && pages.site.passkeyScript.path,
      ...(kinds.length === 0 && { signInAgain: signInLocation(pages, opened, newProgress(now, user.email)) }),
      mayDecline,
      ...(errors && { errors }),
    }),
  )
}

export const setUpFactorForms =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.signInSetUpFactor,
      laterForm(pages, ['set_up_second_factor'], showSetUpFactor, async (request, reply, opened) => {
        const { progress, form, context, now } = opened
        const step = await factorStepOf(pages, opened)
        if (!step) return showStartOver(pages, request, reply.code(422), opened)
        if (form.get('decision') === 'not_now' && step.wanted.mayDecline) {
          note(request, { outcome: 'second factor declined' })
          return advance(pages, request, reply, opened, { ...progress, hasDeclinedFactor: true })
        }
        const { userId } = step.proved
        const text = signInTexts(pages, request, opened).setUpFactor.errors
        const again = (
          errors: SignInSetUpFactorProps['errors'],
          begun?: TotpSetUp & { readonly sealed: string },
        ) => showSetUpFactor(pages, request, reply.code(422), opened, errors, begun)
        const sealed = form.get('set_up') ?? ''
        const setUp = pages.authenticators.totpSetUps.open(sealed, userId, context.browser, now)
        if (!setUp || !step.wanted.kinds.includes('totp')) return again({ form: text.expired })
        const added = await pages.transaction(async (stores) =>
          (await lockProved(stores, step.proved))
            ? addTotp(
                actingAs({ type: 'user', id: userId }, { stores, now, random: pages.random }),
                pages.authenticators.totpKeys,
                { userId, setUp, code: form.get('code') ?? '' },
              )
            : ({ outcome: 'overtaken' } as const),
        )
        note(request, { outcome: `authenticator app ${added.outcome}` })
        switch (added.outcome) {
          case 'wrong_code':
            return again({ code: text.wrongCode }, { ...setUp, sealed })
          case 'has_one':
          case 'user_not_found':
          case 'overtaken':
            return advance(pages, request, reply, opened, progress)
          case 'added': {
            const further = { ...progress, proved: withSecondFactor(step.proved, ['otp']) }
            return showRecoveryCodes(
              pages,
              request,
              reply,
              { ...opened, progress: further },
              added.recoveryCodes,
            )
          }
        }
      }),
    )

    app.post(
      paths.signInSetUpPasskey,
      laterForm(pages, ['set_up_second_factor'], showSetUpFactor, (request, reply, opened) =>
        setUpPasskey(pages, request, reply, opened),
      ),
    )
  }

const setUpPasskey = async (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInForm & { readonly progress: NonNullable<SignInForm['progress']> },
): Promise<FastifyReply> => {
  const { progress, form, context, now } = opened
  const { relyingParty, passkeyChallenges, totpKeys } = pages.authenticators
  const step = await factorStepOf(pages, opened)
  if (!step) return showStartOver(pages, request, reply.code(422), opened)
  const { userId } = step.proved
  const { passkeys: text } = signInTexts(pages, request, opened)
  const refused = (form: string) => showSetUpFactor(pages, request, reply.code(422), opened, { form })
  const challenge = passkeyChallenges.open(
    form.get('challenge') ?? '',
    'register',
    userId,
    context.browser,
    now,
  )
  if (!relyingParty || !challenge || !step.wanted.kinds.includes('passkey')) return refused(text.refused)
  const made = await verifyNewPasskey(relyingParty, challenge, form.get('passkey') ?? '')
  if ('problem' in made) {
    note(request, { outcome: 'passkey refused', reason: made.problem })
    return refused(text.refused)
  }
  const added = await pages.transaction(async (stores) => {
    if (!(await lockProved(stores, step.proved))) return { outcome: 'overtaken' } as const
    const acting = actingAs({ type: 'user', id: userId }, { stores, now, random: pages.random })
    const result = await addPasskey(acting, made, { userId, name: text.defaultName, challenge })
    if (result.outcome !== 'added') return result
    const hasCodes = (await stores.recoveryCodes.count(userId)) > 0
    const codes = hasCodes ? [] : await replaceRecoveryCodes(acting, totpKeys.recoveryKey, userId)
    return { ...result, codes }
  })
  note(request, { outcome: `passkey ${added.outcome}` })
  if (added.outcome === 'overtaken') return advance(pages, request, reply, opened, progress)
  if (added.outcome !== 'added') return refused(added.outcome === 'too_many' ? text.tooMany : text.refused)
  // Whoever has made one has it: RFC 8176 §2, as where it is shown.
  const amr = [added.passkey.isSynced ? 'swk' : 'hwk', 'user']
  const further = { ...progress, proved: withSecondFactor(step.proved, amr, added.passkey.id) }
  return added.codes.length > 0
    ? showRecoveryCodes(pages, request, reply, { ...opened, progress: further }, added.codes)
    : advance(pages, request, reply, opened, further)
}
