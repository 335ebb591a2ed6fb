import type { ErrorsText } from '../shape/errors.ts'

export const errors: ErrorsText = {
  errorPage: {
    reference: 'Referenznummer',
    forDevelopers: 'Einzelheiten für Entwickler',
  },

  errors: {
    notFound: {
      title: 'Seite nicht gefunden',
      message:
        'Prüfen Sie die Adresse, oder gehen Sie zu der Anwendung zurück, von der Sie kamen, und beginnen Sie von vorn.',
    },
    tooManyRequests: {
      title: 'Zu viele Anfragen',
      message: 'Warten Sie eine Minute und versuchen Sie es dann noch einmal.',
    },
    unexpected: {
      title: 'Etwas ist schiefgegangen',
      message:
        'Das ist unser Fehler, nicht Ihrer. Versuchen Sie es noch einmal; wenn es wieder geschieht, teilen Sie uns die Referenznummer unten mit.',
    },
    unavailable: {
      title: 'Wir sind gleich wieder da',
      message: 'Der Dienst kann gerade nicht antworten. Versuchen Sie es in einer Minute noch einmal.',
    },
    busy: {
      title: 'Gerade sind sehr viele hier',
      message:
        'Ihre Eingabe wurde noch nicht geprüft. Warten Sie ein paar Sekunden und laden Sie diese Seite neu, um sie noch einmal zu senden.',
    },
    unknownApplication: {
      title: 'Wir kennen diese Anwendung nicht',
      message:
        'Der Link, über den Sie hierhergekommen sind, nennt eine Anwendung, die nicht registriert ist. Bitte informieren Sie ihre Betreiber.',
    },
    undescribedApplication: {
      title: 'Diese Anwendung ist nicht zu erkennen',
      message:
        'Sie beschreibt sich unter einer eigenen Adresse, und diese Beschreibung konnten wir gerade nicht lesen. Versuchen Sie es in einer Minute noch einmal; wenn es wieder geschieht, informieren Sie ihre Betreiber.',
    },
    untrustedReturnAddress: {
      title: 'Wir haben zu Ihrer Sicherheit angehalten',
      message:
        'Die Anwendung wollte Sie zu einer Adresse weiterleiten lassen, die sie nie registriert hat. Bitte informieren Sie ihre Betreiber.',
    },
    malformedRequest: {
      title: 'Dieser Link funktioniert nicht',
      message:
        'Etwas an dem Link, über den Sie hierhergekommen sind, ist falsch. Gehen Sie zu der Anwendung zurück und versuchen Sie es noch einmal.',
    },
    unreachableRequest: {
      title: 'Die Anwendung hat nicht gesagt, was sie möchte',
      message:
        'Sie hält ihre Anfrage unter einer eigenen Adresse bereit, und dort konnten wir sie gerade nicht abrufen. Versuchen Sie es in einer Minute noch einmal; wenn es wieder geschieht, informieren Sie ihre Betreiber.',
    },
    requestExpired: {
      title: 'Diese Seite ist abgelaufen',
      message: 'Gehen Sie zu der Anwendung zurück, von der Sie kamen, und beginnen Sie von vorn.',
    },
    deviceCodeExpired: {
      title: 'Dieser Code ist abgelaufen',
      message: 'Starten Sie auf Ihrem Gerät neu, um einen neuen zu erhalten.',
    },
    deviceCodeUsed: {
      title: 'Dieser Code wurde bereits verwendet',
      message:
        'Wenn Sie gerade geantwortet haben, sind Sie fertig und können dieses Fenster schließen. Wenn Ihr Gerät nicht verbunden ist, starten Sie dort neu, um einen neuen Code zu erhalten.',
    },
    goneMeanwhile: {
      title: 'Das wurde gerade entfernt',
      message:
        'Während Sie diese Seite benutzten, wurde gelöscht, worum es auf ihr geht. Gehen Sie dorthin zurück, woher Sie kamen, und beginnen Sie von vorn.',
    },
    unreadableForm: {
      title: 'Was gesendet wurde, ist nicht lesbar',
      message:
        'Es ist größer als alles, was diese Seite sendet, oder kein Formular von ihr. Gehen Sie zurück und senden Sie weniger.',
    },
    formNotOurs: {
      title: 'Wir konnten nicht bestätigen, dass dies von Ihnen kommt',
      message:
        'Vielleicht haben Sie sich in einem anderen Tab an- oder abgemeldet, oder Cookies sind für diese Website blockiert. Gehen Sie zu der Anwendung zurück, von der Sie kamen, und beginnen Sie von vorn.',
    },
  },
}
