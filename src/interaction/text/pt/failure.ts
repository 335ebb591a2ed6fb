import type { FailureText } from '../shape/failure.ts'

export const failure: FailureText = {
  failure: {
    keepReference: 'Se pedir ajuda, informe esta referência: ela permite saber o que aconteceu.',
    onlyYou: 'Somente os desenvolvedores veem esta parte.',
    origins: {
      sent: 'O que foi recebido',
      registered: 'O que está registrado',
      found: 'O que se conclui',
    },
    nothing: 'Nada',
  },
}
