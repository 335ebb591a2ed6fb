import type { FailureText } from '../shape/failure.ts'

export const failure: FailureText = {
  failure: {
    keepReference:
      'Si vous demandez de l’aide, communiquez-la\u00a0: elle permet de savoir ce qui s’est passé.',
    onlyYou: 'Seuls les développeurs voient cette partie.',
    origins: {
      sent: 'Ce qui a été reçu',
      registered: 'Ce qui est enregistré',
      found: 'Ce qui en résulte',
    },
    nothing: 'Rien',
  },
}
