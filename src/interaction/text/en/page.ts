import type { PageText } from '../shape/page.ts'

export const page: PageText = {
  page: {
    errorTitle: 'Error: {page}',
    terms: 'Terms',
    privacy: 'Privacy',
  },

  account: {
    signedInAs: 'Signed in as',
    useAnother: 'Use another account',
    organization: 'Organization',
    changeOrganization: 'Change',
  },

  home: {
    title: '{operator} sign-in',
    about:
      'This server signs people in to the applications they use, and tells those applications who they are.',
    signedOut: 'You are not signed in. To use an application, open it: it sends you here.',
    signIn: 'Sign in to your account',
    yourAccount: 'Your account',
    signOut: 'Sign out',
    forDevelopers: 'For developers',
    discovery: 'OpenID Connect discovery',
    signingKeys: 'Signing keys (JWKS)',
    ownApplications: 'Your organization’s applications',
  },
}
