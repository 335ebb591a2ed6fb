import type { AnswersText } from '../shape/answers.ts'

export const answers: AnswersText = {
  formPost: {
    title: 'Zurück zu {application}',
    about: 'Sie werden zurückgeleitet. Wenn nichts geschieht, drücken Sie die Schaltfläche.',
    submit: 'Weiter',
  },

  leaving: {
    title: '{application} konnte Sie nicht anmelden',
    unchecked:
      'Niemand hat diese Anwendung oder ihr Ziel geprüft. Fahren Sie nur fort, wenn Sie sie gerade selbst genutzt haben und diese Adresse kennen.',
    destination: 'Sie möchte Sie weiterleiten zu',
    problem: 'Was schiefgegangen ist',
    continue: 'Weiter zu {host}',
    problems: {
      silent: 'Sie wollte Sie anmelden, ohne Ihnen etwas anzuzeigen, und das ist gerade nicht möglich.',
      somebodyElse: 'Sie hat erwartet, dass sich jemand anderes anmeldet.',
      authentication: 'Sie verlangt eine Art der Anmeldung, die es hier nicht gibt.',
      expired:
        'Ihre Anfrage ist abgelaufen oder wurde schon beantwortet. Gehen Sie zu ihr zurück und beginnen Sie von vorn.',
      scope: 'Sie hat um Zugriff gebeten, den sie nicht haben kann.',
      access: 'Sie hat keinen Zugriff auf Ihr Konto erhalten.',
      unavailable: 'Wir können ihr gerade nicht antworten.',
      request: 'Ihre Anfrage ist fehlerhaft. Nur ihre Betreiber können das ändern.',
    },
  },
}
