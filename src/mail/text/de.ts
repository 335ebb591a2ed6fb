import type { MailText } from './shape.ts'

export const de: MailText = {
  language: { tag: 'de', direction: 'ltr' },
  codes: {
    signIn: {
      subject: 'Ihr Code für die Anmeldung bei {operator}',
      enter: 'Geben Sie diesen Code ein, um sich bei {operator} anzumelden:',
    },
    signUp: {
      subject: 'Ihr Code für ein neues Konto bei {operator}',
      enter: 'Geben Sie diesen Code ein, um Ihr Konto bei {operator} anzulegen:',
    },
    signUpAgain: {
      subject: 'Sie haben bereits ein Konto bei {operator}',
      enter:
        'Jemand, vermutlich Sie, wollte für diese Adresse ein Konto bei {operator} anlegen. Es gibt bereits eines. Um sich dort anzumelden, geben Sie diesen Code ein:',
    },
    resetPassword: {
      subject: 'Ihr Code für ein neues Passwort bei {operator}',
      enter: 'Geben Sie diesen Code ein, um ein neues Passwort für {operator} festzulegen:',
    },
    verifyEmail: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {operator}',
      enter:
        'Geben Sie diesen Code ein, um zu bestätigen, dass {operator} Sie unter dieser Adresse erreicht:',
    },
    changeEmail: {
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse für {operator}',
      enter: 'Geben Sie diesen Code ein, um diese Adresse für Ihr Konto bei {operator} zu verwenden:',
    },
    goodFor: {
      one: 'Er gilt eine Minute lang, und nur in dem Browser, in dem Sie ihn angefordert haben.',
      other: 'Er gilt {count} Minuten lang, und nur in dem Browser, in dem Sie ihn angefordert haben.',
    },
    notYou:
      'Wenn Sie ihn nicht angefordert haben, können Sie diese Nachricht ignorieren. Ohne den Code geschieht nichts.',
    keepSecret:
      'Geben Sie den Code an niemanden weiter. {operator} fragt Sie weder am Telefon noch in einer Nachricht danach.',
  },
  notices: {
    passwordChanged: {
      subject: 'Ihr Passwort für {operator} wurde geändert',
      message:
        'Das Passwort Ihres Kontos bei {operator} wurde soeben geändert; in allen anderen Browsern wurden Sie abgemeldet.',
      withoutEndingOthers: 'Das Passwort Ihres Kontos bei {operator} wurde soeben geändert.',
    },
    emailChanged: {
      subject: 'Ihre E-Mail-Adresse für {operator} wurde geändert',
      message: 'Ihr Konto bei {operator} verwendet jetzt die Adresse {email} und nicht mehr diese.',
    },
    notYou: 'Wenn Sie das nicht waren, wenden Sie sich sofort an {operator}.',
  },
}
