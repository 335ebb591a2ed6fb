import type { DeviceText } from '../shape/device.ts'

export const device: DeviceText = {
  device: {
    title: 'Gerät verbinden',
    enter: 'Geben Sie den Code ein, den Ihr Gerät anzeigt.',
    compareTitle: 'Ist das der Code auf Ihrem Gerät?',
    compare: 'Vergleichen Sie ihn mit der Anzeige Ihres Geräts. Fahren Sie nur fort, wenn er übereinstimmt.',
    code: 'Code',
    submit: 'Weiter',
    beware:
      'Verwenden Sie nur einen Code von einem Gerät, das Sie vor sich haben, und keinen anderen. Wir senden Ihnen nie einen.',
    errors: {
      missing: 'Geben Sie den Code ein, den Ihr Gerät anzeigt.',
      malformed: 'Ein Code hat acht Buchstaben, zum Beispiel BCDF-GHJK.',
      unknown:
        'Kein Gerät wartet mit diesem Code. Vergleichen Sie jeden Buchstaben mit der Anzeige Ihres Geräts.',
      expired: 'Dieser Code ist abgelaufen. Starten Sie auf Ihrem Gerät neu, um einen neuen zu erhalten.',
      used: 'Dieser Code wurde bereits verwendet. Wenn Ihr Gerät nicht verbunden ist, starten Sie dort neu, um einen neuen zu erhalten.',
      tooManyAttempts:
        'Es wurden zu viele Codes ausprobiert. Warten Sie einige Minuten und starten Sie dann auf Ihrem Gerät neu.',
      stale: 'Sie waren eine Weile nicht aktiv. Prüfen Sie den Code und fahren Sie fort.',
    },
    allowTitle: '{application} auf Ihrem Gerät erlauben?',
    codeShown: 'Ihr Gerät muss diesen Code anzeigen',
    asked: 'Angefragt',
    justNow: 'Vor weniger als einer Minute',
    address: 'Von der Adresse',
    nearby: '(Ihr Netzwerk)',
    elsewhere: '(nicht Ihr Netzwerk)',
    allowOnlyIf:
      'Erlauben Sie dies nur, wenn Sie es selbst auf einem Gerät begonnen haben, das Sie bei sich haben. Wenn Ihnen jemand den Code oder einen Link geschickt hat, lehnen Sie ab.',
    approved: {
      title: 'Ihr Gerät ist verbunden',
      message: '{application} macht dort gleich weiter.',
    },
    denied: {
      title: 'Sie haben abgelehnt',
      message: '{application} erhält keinen Zugriff auf Ihr Konto.',
    },
    closeWindow: 'Sie können dieses Fenster schließen.',
  },
}
