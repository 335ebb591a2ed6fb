import type { VNode } from 'preact'
import type { ResponseLocation } from '../../src/authorization/response.ts'
import { ConfirmSignOut, type ConfirmSignOutProps } from '../../src/interaction/pages/confirm-sign-out.tsx'
import { Consent, type ConsentProps } from '../../src/interaction/pages/consent.tsx'
import { Device, type DeviceProps } from '../../src/interaction/pages/device.tsx'
import { DeviceDone, type DeviceDoneProps } from '../../src/interaction/pages/device-done.tsx'
import { ErrorPage, type ErrorPageProps } from '../../src/interaction/pages/error.tsx'
import { ExpiredRequestPage, type ExpiredRequestProps } from '../../src/interaction/pages/expired-request.tsx'
import { ExternalSignIn, type ExternalSignInProps } from '../../src/interaction/pages/external-sign-in.tsx'
import { FormPost, type FormPostProps } from '../../src/interaction/pages/form-post.tsx'
import type { FrameProps } from '../../src/interaction/pages/frame.tsx'
import { Home, type HomeProps } from '../../src/interaction/pages/home.tsx'
import { Leaving, type LeavingProps } from '../../src/interaction/pages/leaving.tsx'
import {
  SelectOrganization,
  type SelectOrganizationProps,
} from '../../src/interaction/pages/select-organization.tsx'
import { SignInAtProvider } from '../../src/interaction/pages/sign-in-at-provider.tsx'
import { SignInEmail, type SignInEmailProps } from '../../src/interaction/pages/sign-in-email.tsx'
import { SignInPassword, type SignInPasswordProps } from '../../src/interaction/pages/sign-in-password.tsx'
import { SignedOut, type SignedOutProps } from '../../src/interaction/pages/signed-out.tsx'
import { textFor } from '../../src/interaction/text/index.ts'
import { found, registered, sent } from '../../src/protocol/fact.ts'
import type { RegisteredRedirectUri } from '../../src/protocol/registered-redirect-uri.ts'
import { accountPages } from './account-pages.tsx'
import { factorPages } from './factor-pages.tsx'
import { mailPages } from './mail-pages.tsx'

const frame: FrameProps = {
  branding: {
    name: 'Northwind',
    logo: { light: '/logo.svg', dark: '/logo-dark.svg' },
    icon: '/icon.png',
    termsUrl: 'https://northwind.example/terms',
    privacyUrl: 'https://northwind.example/privacy',
  },
  text: textFor(['en']),
  stylesheetPath: '/assets/style.css',
}
const { logo: _, ...brandingWithoutLogo } = frame.branding

const form = { action: '/here', csrfToken: 'csrf', sealedRequest: 'sealed' }
const account = { email: 'ada@northwind.example', name: 'Ada Lovelace' }
const logo = { light: '/app.svg', dark: '/app-dark.svg' }
const useAnotherAccountAction = '/another-account'

const signingIn = {
  ...frame,
  ...form,
  isOnceMore: false,
  mayCancel: true,
  application: { name: 'Acme Notes', logo },
}

export const signInEmail: SignInEmailProps = {
  ...signingIn,
  email: 'ada@northwind',
  createAccount: '/sign-up',
  providers: [{ id: 'idp_1', name: 'Contoso' }],
  providerAction: '/sign-in/upstream',
  errors: { form: 'It is over.', email: 'Not an address.' },
}

export const signInPassword: SignInPasswordProps = {
  ...signingIn,
  sealedProgress: 'sealed too',
  account,
  useAnotherAccount: '/somebody-else',
  sendCode: '/send-code',
  offersReset: true,
  offersCode: true,
  providers: [{ id: 'idp_2', name: 'Fabrikam' }],
  providerAction: '/sign-in/upstream',
  linkedProvider: 'Contoso',
  errors: { form: 'No match.', password: 'Missing.' },
}

export const selectOrganization: SelectOrganizationProps = {
  ...frame,
  ...form,
  useAnotherAccountAction,
  application: { name: 'Acme Notes' },
  account,
  organizations: [
    { id: 'org_1', name: 'Globex' },
    { id: 'org_2', name: 'Initech' },
  ],
  error: 'No longer a member.',
}

export const consent: ConsentProps = {
  ...frame,
  ...form,
  useAnotherAccountAction,
  changeOrganizationAction: '/organization',
  application: { name: 'Acme Notes', logo },
  owner: { name: 'Acme Software' },
  account,
  organization: { name: 'Globex' },
  scopes: [
    { name: 'openid', title: 'Know who you are', description: 'By an identifier.' },
    { name: 'invoices:read', title: 'Read invoices', description: 'All of them.', isNew: true },
    { name: 'reports', title: 'See reports', choice: { isTicked: true } },
    { name: 'email', title: 'See your email', isNew: true, choice: { isTicked: false } },
    {
      name: 'payment',
      title: 'Make a payment',
      description: 'From one of your accounts.',
      isNew: true,
      members: [
        { label: 'Amount', values: ['currency: EUR', 'amount: 123.50'] },
        { label: 'Payee', values: ['Merchant A'] },
      ],
    },
  ],
  resources: [
    { uri: 'https://api.northwind.example/', isNew: true },
    { uri: 'https://mcp.northwind.example/mcp' },
  ],
  isNothingLeft: true,
  otherHosts: ['127.0.0.1', 'com.acme.notes:'],
  options: [
    {
      claim: 'workspace',
      label: 'Workspace',
      choices: [
        { group: 'Own', choices: [{ value: 'a', label: 'Compilers' }] },
        { group: 'Shared', choices: [{ value: 'b', label: 'Navy' }] },
      ],
      isMissing: true,
    },
    { claim: 'plan', label: 'Plan', choices: [{ value: 'free', label: 'Free' }], chosen: 'free' },
  ],
  answerTo: { redirectHost: 'notes.acme.example' },
}

const device = { userCode: 'BCDF-GHJK', askedMinutesAgo: 2, address: '192.0.2.7', isNearby: false }
const nearby = { ...device, askedMinutesAgo: 0, isNearby: true }

export const codeEntry: DeviceProps = {
  ...frame,
  action: '/here',
  csrfToken: 'csrf',
  userCode: 'bcdf-ghj',
  isPrefilled: false,
  errors: { form: 'Too many.', userCode: 'Not a code.' },
}

export const deviceDone: DeviceDoneProps = {
  ...frame,
  isApproved: true,
  application: { name: 'Acme Notes' },
}

export const formPost: FormPostProps = {
  ...frame,
  application: { name: 'Acme Notes', logo },
  action: 'https://notes.acme.example/callback' as RegisteredRedirectUri,
  fields: { code: 'code', state: 'state', iss: 'https://login.example' },
  scriptPath: '/assets/form-post.js',
}

export const leaving: LeavingProps = {
  ...frame,
  application: { name: 'Acme Notes', logo },
  destination: 'notes.acme.example',
  problem: { message: 'It asked for too much.', code: 'invalid_scope' },
  onward: { location: 'https://notes.acme.example/callback?error=invalid_scope' as ResponseLocation },
  referenceId: '01JA5Z8Q4M7XW2T9VBCDEFGHJK',
}

export const confirmSignOut: ConfirmSignOutProps = {
  ...frame,
  ...form,
  application: { name: 'Acme Notes', logo },
  account,
}

export const signedOut: SignedOutProps = {
  ...frame,
  onward: { location: 'https://notes.acme.example/bye', application: { name: 'Acme Notes' } },
  frames: ['https://notes.acme.example/logout?sid=session_1', 'https://mail.acme.example/logout'],
  scriptPath: '/assets/signed-out.js',
}

export const externalSignIn: ExternalSignInProps = {
  ...frame,
  isOver: true,
  startOver: '/start-over',
}

const expiredRequest: ExpiredRequestProps = {
  ...frame,
  application: { name: 'Acme Notes', logo },
  startOver: 'https://acme.example/login?iss=here',
  referenceId: '01JA5Z8Q4M7XW2T9VBCDEFGHJK',
}

const elsewhere: ExternalSignInProps = { ...frame, isOver: false }

export const errorPage: ErrorPageProps = {
  ...frame,
  title: 'Stopped',
  message: 'Go back.',
  referenceId: 'req_1',
  developerDetail: {
    reason: 'Not registered.',
    facts: [
      sent('redirect_uri', 'https://acme.example/cb'),
      registered('redirect_uris', []),
      found('the closest', 'https://acme.example/callback'),
    ],
  },
}

export const home: HomeProps = {
  ...frame,
  accountHref: '/account',
  session: { account, signOutAction: '/sign-out', csrfToken: 'csrf' },
  discoveryUrl: 'https://login.example/.well-known/openid-configuration',
  jwksUrl: 'https://login.example/oauth2/jwks',
  portalHref: '/developers',
}

const { errors: _deviceErrors, ...linked } = codeEntry
const { email: _email, errors: _errors, ...firstVisit } = signInEmail
const { errors: _passwordErrors, ...firstPassword } = signInPassword
const { error: _error, ...firstChoice } = selectOrganization
const { changeOrganizationAction: _change, ...onlyOrganization } = consent
const { onward: _onward, ...lastPage } = { ...signedOut, frames: [] }
const { referenceId: _reference, developerDetail: _detail, ...plainError } = errorPage

/** Each page in each of its forms; `change` has a say in what they are given. */
export const everyPage = (
  change: <Props>(props: Props) => Props = (props) => props,
): Record<string, VNode> => ({
  'sign-in': <SignInEmail {...change(signInEmail)} />,
  'sign-in, first visit': <SignInEmail {...change(firstVisit)} branding={change(brandingWithoutLogo)} />,
  'sign-in, by themselves': (
    <SignInEmail {...change({ ...firstVisit, application: null, mayCancel: false })} />
  ),
  ...factorPages(signingIn, change),
  'sign-in, password': <SignInPassword {...change(signInPassword)} />,
  'sign-in, password once more': (
    <SignInPassword
      {...change({ ...firstPassword, isOnceMore: true, application: null, mayCancel: false })}
    />
  ),
  'sign-in, password of whom nobody knows': (
    <SignInPassword {...change({ ...firstPassword, account: { email: account.email } })} />
  ),
  'sign-in, at a provider': (
    <SignInAtProvider
      {...change({
        ...signingIn,
        account: { email: account.email },
        useAnotherAccount: '/somebody-else',
        providers: [{ id: 'idp_1', name: 'Contoso' }],
      })}
    />
  ),
  'sign-in, at one of two providers': (
    <SignInAtProvider
      {...change({
        ...signingIn,
        account: { email: account.email },
        useAnotherAccount: '/somebody-else',
        providers: [
          { id: 'idp_1', name: 'Contoso' },
          { id: 'idp_2', name: 'Fabrikam' },
        ],
      })}
    />
  ),
  ...mailPages(signingIn, change),
  'select-organization': <SelectOrganization {...change(selectOrganization)} />,
  'select-organization, many': (
    <SelectOrganization
      {...change({
        ...firstChoice,
        application: null,
        account: { email: account.email },
        organizations: Array.from({ length: 30 }, (_, index) => ({
          id: `org_${index}`,
          name: `No ${index}`,
        })),
      })}
    />
  ),
  consent: <Consent {...change({ ...consent, isNothingLeft: false })} />,
  'consent, nothing left': <Consent {...change(consent)} />,
  'consent, one organization': (
    <Consent
      {...change({ ...onlyOrganization, application: { name: 'Acme', logo: { light: '/app.svg' } } })}
    />
  ),
  'consent, nobody known': (
    <Consent
      {...change({
        ...onlyOrganization,
        owner: null,
        organization: null,
        application: {
          name: onlyOrganization.application.name,
          policyUri: 'https://notes.example/privacy',
          termsUri: 'https://notes.example/terms',
        },
      })}
    />
  ),
  'consent, known at an address': (
    <Consent {...change({ ...onlyOrganization, owner: null, knownAt: 'notes.example' })} />
  ),
  'consent, device': <Consent {...change({ ...consent, answerTo: { device } })} />,
  'consent, device nearby': <Consent {...change({ ...consent, answerTo: { device: nearby } })} />,
  device: <Device {...change(codeEntry)} />,
  'device, prefilled': <Device {...change({ ...linked, isPrefilled: true })} />,
  'device, done': <DeviceDone {...change(deviceDone)} />,
  'device, denied': <DeviceDone {...change({ ...deviceDone, isApproved: false })} />,
  'form-post': <FormPost {...change(formPost)} />,
  leaving: <Leaving {...change(leaving)} />,
  'leaving by a form': (
    <Leaving {...change({ ...leaving, onward: { action: formPost.action, fields: formPost.fields } })} />
  ),
  'confirm-sign-out': <ConfirmSignOut {...change(confirmSignOut)} />,
  'confirm-sign-out, nobody known': <ConfirmSignOut {...change({ ...confirmSignOut, application: null })} />,
  'signed-out, with frames': <SignedOut {...change(signedOut)} />,
  'signed-out, in the middle of a request, with frames': (
    <SignedOut {...change({ ...signedOut, onward: { location: '/on', application: null } })} />
  ),
  'signed-out, the way on unchecked': (
    <SignedOut
      {...change({
        ...lastPage,
        onward: {
          location: 'https://notes.acme.example/bye',
          application: { name: 'Acme Notes' },
          uncheckedHost: 'notes.acme.example',
        },
      })}
    />
  ),
  'signed-out, the end': <SignedOut {...change(lastPage)} />,
  'expired request': <ExpiredRequestPage {...change(expiredRequest)} />,
  'external sign-in': <ExternalSignIn {...change(externalSignIn)} />,
  'external sign-in, of another browser': <ExternalSignIn {...change(elsewhere)} />,
  error: <ErrorPage {...change(errorPage)} />,
  'error, plain': <ErrorPage {...change(plainError)} />,
  home: <Home {...change(home)} />,
  'home, signed out': <Home {...change({ ...home, session: null })} />,
  ...accountPages(frame, change),
})
