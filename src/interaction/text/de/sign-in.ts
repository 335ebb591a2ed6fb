import type { SignInText } from '../shape/sign-in.ts'

export const signIn: SignInText = {
  signIn: {
    title: 'Anmelden',
    toContinueTo: 'Anmelden und weiter zu {application}',
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    continue: 'Weiter',
    signingInAs: 'Anmeldung als',
    onceMore: 'Ihre Anmeldung ist eine Weile her. Bestätigen Sie, dass Sie es noch sind, um fortzufahren.',
    submit: 'Anmelden',
    cancel: 'Abbrechen',
    errors: {
      emailMissing: 'Geben Sie Ihre E-Mail-Adresse ein.',
      emailMalformed: 'Geben Sie eine E-Mail-Adresse wie name@example.com ein.',
      passwordMissing: 'Geben Sie Ihr Passwort ein.',
      wrongCredentials:
        'Die E-Mail-Adresse oder das Passwort ist nicht richtig. Prüfen Sie beides und versuchen Sie es noch einmal.',
      tooManyAttempts: 'Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann noch einmal.',
      expired: 'Sie waren eine Weile nicht aktiv. Bitte melden Sie sich erneut an.',
      overtaken:
        'In einem anderen Tab hat sich jemand an- oder abgemeldet. Bitte melden Sie sich hier erneut an.',
    },
  },

  externalSignIn: {
    over: {
      title: 'Diese Anmeldung ist beendet',
      message: 'Sie wurde bereits verwendet oder hat zu lange gedauert.',
    },
    elsewhere: {
      title: 'Diese Anmeldung hat in einem anderen Browser begonnen',
      message:
        'Fahren Sie in dem Browser fort, in dem Sie die Anwendung geöffnet haben. Wenn Sie diese Anmeldung nicht begonnen haben, schließen Sie diese Seite: Es wurde niemand angemeldet.',
    },
    startOver: 'Weiter',
  },
}
