import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { ShownError } from '../../authorization/error.ts'
import { isKeptElsewhere } from '../../environment/login-uri-of.ts'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import type { User } from '../../users/user.ts'
import { contentSecurityPolicyWithImages, sendHtml } from '../document.ts'
import { AccountProfile, type AccountProfileProps } from '../pages/account-profile.tsx'
import { page } from '../site.ts'
import { languages } from '../text/index.ts'
import { canChangeEmail } from './email.ts'
import { leaveNotice } from './notice.ts'
import {
  type Account,
  type AccountPages,
  accountFrame,
  openAccount,
  openAccountForm,
} from './open-account.ts'
import { userOf } from './user-of.ts'

/** As many as anybody reads; more are the operator's to look through. */
const MAXIMUM_MEMBERSHIPS = 100

/** What applications are told of somebody, and what they are called. */
export const accountProfilePage =
  (pages: AccountPages): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.account, async (request, reply) => {
      const account = await openAccount(pages, request, 'account')
      const user = await userOf(pages, account, 'account')
      return show(request, reply, account, user, {})
    })

    app.post(paths.account, async (request, reply) => {
      const account = await openAccountForm(pages, request, reply, 'account')
      const user = await userOf(pages, account, 'account')
      if (isKeptElsewhere(await pages.environment.current(), user)) return reply.redirect(paths.account, 303)
      const { form, now } = account
      const locale = form.get('locale') ?? ''
      if (locale !== '' && !localesFor(user).includes(locale)) {
        throw new ShownError('malformedRequest', 'the language is none of those offered')
      }
      const given = {
        name: form.get('name') ?? '',
        firstName: form.get('first_name') ?? '',
        lastName: form.get('last_name') ?? '',
        locale: locale === '' ? null : locale,
      }
      const updated = await pages.accountChanges.updateProfile(user.id, given, now)
      note(request, { outcome: updated.outcome })
      if (updated.outcome === 'updated') {
        leaveNotice(reply, 'profileSaved')
        return reply.redirect(paths.account, 303)
      }
      if (updated.code !== 'name_invalid') throw new Error(`A profile was refused: ${updated.code}.`)
      const { errors } = pages.site.frame(request, [], account.session).text.accountPages.profile
      const field = { name: 'name', firstName: 'first_name', lastName: 'last_name' } as const
      return show(
        request,
        reply.code(422),
        account,
        { ...user, ...given },
        { [field[updated.field]]: errors.name },
      )
    })

    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      user: User,
      errors: NonNullable<AccountProfileProps['errors']>,
    ) => {
      const memberships = await pages.stores.memberships.ofUser(user.id, MAXIMUM_MEMBERSHIPS)
      const { pictureUrl } = user
      if (pictureUrl !== null) {
        reply.header('content-security-policy', contentSecurityPolicyWithImages([new URL(pictureUrl).origin]))
      }
      return sendHtml(
        reply,
        page(AccountProfile, {
          ...accountFrame(pages, request, reply, account),
          action: paths.account,
          profile: {
            name: user.name ?? '',
            firstName: user.firstName ?? '',
            lastName: user.lastName ?? '',
            locale: user.locale,
            email: user.email,
            isEmailVerified: user.emailVerified,
            ...(pictureUrl !== null && { pictureUrl }),
          },
          isKeptElsewhere: isKeptElsewhere(await pages.environment.current(), user),
          ...((await canChangeEmail(pages, user)) && { emailHref: paths.accountEmail }),
          locales: localesFor(user).map((tag) => ({ tag, name: languageName(tag) })),
          organizations: memberships.map(({ organizationName, roleName, status }) => ({
            name: organizationName,
            role: roleName,
            isActive: status === 'active',
          })),
          errors,
        }),
      )
    }
  }

/** Those that pages are in, and the one that the user has. */
const localesFor = ({ locale }: Pick<User, 'locale'>): readonly string[] => {
  const tags = languages.map(({ language }) => language.tag)
  return locale === null || tags.includes(locale) ? tags : [...tags, locale]
}

/** What a language calls itself; its tag where it has no name. */
const languageName = (tag: string): string => {
  try {
    // ECMA-402 §12.5.1: what has extensions, or a part for private use, is the tag of a locale, and has no name.
    const language = new Intl.Locale(tag).baseName
    const [first = '', ...rest] = new Intl.DisplayNames(tag, { type: 'language' }).of(language) ?? tag
    return first.toLocaleUpperCase(language) + rest.join('')
  } catch {
    return tag
  }
}
