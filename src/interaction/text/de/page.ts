import type { PageText } from '../shape/page.ts'

export const page: PageText = {
  page: {
    errorTitle: 'Fehler: {page}',
    terms: 'Nutzungsbedingungen',
    privacy: 'Datenschutz',
  },

  account: {
    signedInAs: 'Angemeldet als',
    useAnother: 'Anderes Konto verwenden',
    organization: 'Organisation',
    changeOrganization: 'Wechseln',
  },

  home: {
    title: 'Anmeldung bei {operator}',
    about:
      'Dieser Server meldet Personen bei den Anwendungen an, die sie nutzen, und teilt diesen Anwendungen mit, wer sie sind.',
    signedOut:
      'Sie sind nicht angemeldet. Um eine Anwendung zu nutzen, öffnen Sie sie: Sie leitet Sie hierher.',
    signIn: 'Bei Ihrem Konto anmelden',
    yourAccount: 'Ihr Konto',
    signOut: 'Abmelden',
    forDevelopers: 'Für Entwickler',
    discovery: 'OpenID Connect Discovery',
    signingKeys: 'Signaturschlüssel (JWKS)',
    ownApplications: 'Anwendungen Ihrer Organisation',
  },
}
