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
    destination: 'Die Anwendung möchte Sie weiterleiten zu',
    problem: 'Was schiefgegangen ist',
    continue: 'Weiter zu {host}',
    problems: {
      silent:
        'Die Anwendung wollte Sie anmelden, ohne Ihnen etwas anzuzeigen, und das ist gerade nicht möglich.',
      somebodyElse: 'Die Anwendung hat erwartet, dass sich jemand anderes anmeldet.',
      authentication: 'Die Anwendung verlangt eine Art der Anmeldung, die es hier nicht gibt.',
      expired:
        'Die Anfrage der Anwendung ist abgelaufen oder wurde schon beantwortet. Gehen Sie zur Anwendung zurück und beginnen Sie von vorn.',
      scope: 'Die Anwendung hat um Zugriff gebeten, den sie nicht haben kann.',
      access: 'Die Anwendung hat keinen Zugriff auf Ihr Konto erhalten.',
      unavailable: 'Wir können der Anwendung gerade nicht antworten.',
      request: 'Die Anfrage der Anwendung ist fehlerhaft. Nur ihre Betreiber können das ändern.',
    },
  },
}
