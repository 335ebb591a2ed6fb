import type { EmailCodesText } from '../shape/email-codes.ts'

export const emailCodes: EmailCodesText = {
  emailCodes: {
    or: 'oder',
    forgotPassword: 'Passwort vergessen?',
    emailMeACode: 'Code per E-Mail senden',
    checkEmail: 'Sehen Sie in Ihrem Postfach nach',
    sent: 'Wir haben einen Code an {email} gesendet. Geben Sie ihn hier ein.',
    sentIfAccount:
      'Falls es für {email} ein Konto gibt, haben wir einen Code dorthin gesendet. Geben Sie ihn hier ein.',
    sentAnother: 'Wir haben einen neuen Code gesendet. Der vorige gilt nicht mehr.',
    hint: 'Er hat sechs Ziffern und gilt 10 Minuten lang. Falls er nicht ankommt, sehen Sie im Spam-Ordner nach.',
    code: 'Code',
    submit: 'Weiter',
    sendAnother: 'Neuen Code senden',
    verifyTitle: 'Bestätigen Sie Ihre E-Mail-Adresse',
    verify: 'Bestätigen Sie zuerst, dass {email} Ihnen gehört: Wir senden einen Code dorthin.',
    sendCode: 'Code senden',
    newPasswordTitle: 'Neues Passwort festlegen',
    newPasswordAbout: 'Für {email}. Überall sonst werden Sie abgemeldet.',
    save: 'Speichern und weiter',
    noAccount: 'Noch kein Konto?',
    createAccount: 'Konto anlegen',
    haveAccount: 'Sie haben schon ein Konto?',
    signInInstead: 'Anmelden',
    signUpTitle: 'Ihr Konto anlegen',
    accountFor: 'Für {email}.',
    name: 'Ihr Name',
    choosePassword: 'Passwort festlegen',
    errors: {
      codeMissing: 'Geben Sie den Code aus der E-Mail ein.',
      codeWrong: 'Dieser Code ist nicht richtig. Prüfen Sie die E-Mail und versuchen Sie es noch einmal.',
      codeOver: 'Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen senden.',
      tooManyCodes:
        'Wir haben schon mehrere Codes gesendet. Warten Sie eine Weile, bevor Sie einen weiteren anfordern.',
      nameMissing: 'Geben Sie Ihren Namen ein.',
      nameRefused: 'Geben Sie einen Namen mit höchstens 255 sichtbaren Zeichen ein.',
    },
  },
}
