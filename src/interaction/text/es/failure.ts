import type { FailureText } from '../shape/failure.ts'

export const failure: FailureText = {
  failure: {
    keepReference: 'Si pide ayuda, indíquela: con ella se puede averiguar qué ha ocurrido.',
    onlyYou: 'Solo los desarrolladores ven esta parte.',
    origins: {
      sent: 'Lo recibido',
      registered: 'Lo registrado',
      found: 'Lo que se deduce',
    },
    nothing: 'Nada',
  },
}
