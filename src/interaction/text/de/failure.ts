import type { FailureText } from '../shape/failure.ts'

export const failure: FailureText = {
  failure: {
    keepReference:
      'Wenn Sie um Hilfe bitten, geben Sie sie weiter: Damit lässt sich nachsehen, was hier geschehen ist.',
    onlyYou: 'Diesen Teil sehen nur Entwickler.',
    origins: {
      sent: 'Was ankam',
      registered: 'Was registriert ist',
      found: 'Was daraus folgt',
    },
    nothing: 'Nichts',
  },
}
