import type { VNode } from 'preact'
import {
  AccountApplication,
  type AccountApplicationProps,
} from '../../src/interaction/pages/account-application.tsx'
import {
  AccountApplications,
  type AccountApplicationsProps,
} from '../../src/interaction/pages/account-applications.tsx'
import { AccountEmail, type AccountEmailProps } from '../../src/interaction/pages/account-email.tsx'
import type { AccountFrameProps } from '../../src/interaction/pages/account-frame.tsx'
import { AccountPassword, type AccountPasswordProps } from '../../src/interaction/pages/account-password.tsx'
import { AccountProfile, type AccountProfileProps } from '../../src/interaction/pages/account-profile.tsx'
import { AccountSecurity, type AccountSecurityProps } from '../../src/interaction/pages/account-security.tsx'
import { AccountSessions, type AccountSessionsProps } from '../../src/interaction/pages/account-sessions.tsx'
import type { FrameProps } from '../../src/interaction/pages/frame.tsx'
import { accountFactorPages, bothFactors, noFactors } from './account-factor-pages.tsx'

const moment = { iso: '2026-01-01T12:00:00.000Z', words: '2 hours ago' }

/** Each page of the account in each of its forms. */
export const accountPages = (
  frame: FrameProps,
  change: <Props>(props: Props) => Props,
): Record<string, VNode> => {
  const around: AccountFrameProps = {
    ...frame,
    account: { email: 'ada@northwind.example', name: 'Ada Lovelace' },
    csrfToken: 'csrf',
    signOutAction: '/sign-out',
    notice: 'Done.',
  }

  const profile: AccountProfileProps = {
    ...around,
    action: '/here',
    profile: {
      name: 'Ada',
      firstName: 'Augusta Ada',
      lastName: 'Lovelace',
      locale: 'en',
      email: 'ada@northwind.example',
      isEmailVerified: true,
      pictureUrl: 'https://pictures.example/ada.png',
    },
    isKeptElsewhere: false,
    emailHref: '/email',
    locales: [{ tag: 'en', name: 'English' }],
    organizations: [
      { name: 'Globex', role: 'admin', isActive: true },
      { name: 'Hooli', role: 'member', isActive: false },
    ],
    errors: { form: 'Not saved.', name: 'Too long.', first_name: 'Too long.', last_name: 'Too long.' },
  }
  const { errors: _, ...untouched } = profile
  const { pictureUrl: __, ...withoutPicture } = profile.profile

  const password: AccountPasswordProps = {
    ...around,
    action: '/here',
    backHref: '/back',
    email: 'ada@northwind.example',
    isSet: true,
    endsOthers: true,
    errors: { form: 'Too often.', current_password: 'Wrong.', new_password: 'Too short.' },
  }
  const { errors: ___, ...firstPassword } = password

  const email: AccountEmailProps = {
    ...around,
    action: '/here',
    backHref: '/back',
    email: 'ada@northwind',
    errors: { form: 'Too often.', email: 'No address.' },
  }
  const code: AccountEmailProps = {
    ...email,
    sent: { sealedChange: 'sealed', startOverHref: '/again' },
    errors: { code: 'Wrong.' },
  }

  const security: AccountSecurityProps = {
    ...around,
    password: { isSet: true, href: '/password' },
    factors: bothFactors,
    identities: { providers: ['Contoso'], href: '/identities' },
  }

  const session = {
    id: 'session_1',
    browser: { name: 'Chrome', system: 'Windows', isMobile: false },
    address: '192.0.2.7',
    isNearby: true,
    signedIn: moment,
    lastActive: moment,
  }
  const sessions: AccountSessionsProps = {
    ...around,
    action: '/here',
    current: session,
    paging: { newer: '/account/sessions?before=session_2', older: '/account/sessions?after=session_3' },
    others: [
      { ...session, id: 'session_2', browser: { name: 'Safari', isMobile: true }, isNearby: false },
      { id: 'session_3', browser: null, address: null, isNearby: false, signedIn: moment },
    ],
  }

  const application = {
    id: 'app_consent_1',
    href: '/applications/1',
    name: 'Acme Notes',
    logo: { light: '/app.svg', dark: '/app-dark.svg' },
    owner: 'Acme Software',
    organization: 'Globex',
    may: ['Read invoices', 'See reports'],
    since: moment,
    lastUsed: moment,
  }
  const { organization: ____, lastUsed: _____, owner: ______, ...ofNobody } = application
  const applications: AccountApplicationsProps = {
    ...around,
    applications: [
      application,
      { id: 'app_consent_2', href: '/applications/2', name: 'Q', owner: null, may: [], since: moment },
    ],
    paging: { older: '/account/applications?after=app_consent_3' },
    ofOperator: [{ ...ofNobody, id: 'app_consent_3', name: 'Northwind Mail' }],
  }
  const one: AccountApplicationProps = {
    ...around,
    action: '/here',
    backHref: '/back',
    application,
    isFirstParty: false,
    isOffline: true,
    scopes: [
      { name: 'reports', title: 'See reports', description: 'All of them.' },
      { name: 'payment', title: 'Pay', members: [{ label: 'Amount', values: ['12'] }] },
    ],
    resources: ['https://api.northwind.example/'],
  }
  return {
    'account, profile': <AccountProfile {...change(profile)} />,
    'account, profile, first visit': (
      <AccountProfile
        {...change({
          ...untouched,
          profile: { ...withoutPicture, locale: null, isEmailVerified: false },
          organizations: [],
        })}
      />
    ),
    'account, profile, kept elsewhere': (
      <AccountProfile {...change({ ...untouched, isKeptElsewhere: true })} />
    ),
    'account, email': <AccountEmail {...change(email)} />,
    'account, email, code': <AccountEmail {...change(code)} />,
    'account, security': <AccountSecurity {...change(security)} />,
    'account, security, no password': (
      <AccountSecurity
        {...change({ ...security, password: { isSet: false, href: '/password' }, factors: noFactors })}
      />
    ),
    'account, security, kept elsewhere': (
      <AccountSecurity {...change({ ...security, password: undefined, factors: {} })} />
    ),
    ...accountFactorPages(around, change),
    'account, password': <AccountPassword {...change(password)} />,
    'account, password, the first': (
      <AccountPassword {...change({ ...firstPassword, isSet: false, endsOthers: false })} />
    ),
    'account, sessions': <AccountSessions {...change(sessions)} />,
    'account, sessions, here alone': <AccountSessions {...change({ ...sessions, others: [], paging: {} })} />,
    'account, applications': <AccountApplications {...change(applications)} />,
    'account, applications, none': (
      <AccountApplications {...change({ ...applications, applications: [], paging: {}, ofOperator: [] })} />
    ),
    'account, application': <AccountApplication {...change(one)} />,
    'account, application of the operator': (
      <AccountApplication
        {...change({
          ...one,
          application: { ...ofNobody, owner: null },
          isFirstParty: true,
          isOffline: false,
          scopes: [],
          resources: [],
        })}
      />
    ),
  }
}
