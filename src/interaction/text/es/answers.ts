import type { AnswersText } from '../shape/answers.ts'

export const answers: AnswersText = {
  formPost: {
    title: 'Volver a {application}',
    about: 'Le estamos enviando de vuelta. Si no ocurre nada, pulse el botón.',
    submit: 'Continuar',
  },

  leaving: {
    title: '{application} no ha podido iniciar su sesión',
    unchecked:
      'Nadie ha comprobado esta aplicación ni adónde le envía. Continúe solo si la estaba usando en este momento y conoce esta dirección.',
    destination: 'Quiere enviarle a',
    problem: 'Qué ha fallado',
    continue: 'Continuar a {host}',
    problems: {
      silent: 'Ha intentado iniciar su sesión sin mostrarle nada, y ahora mismo eso no es posible.',
      somebodyElse: 'Esperaba que otra persona iniciara sesión.',
      authentication: 'Exige una forma de iniciar sesión que aquí no existe.',
      expired: 'Su solicitud ha caducado o ya se respondió. Vuelva a la aplicación y empiece de nuevo.',
      scope: 'Ha pedido un acceso que no puede tener.',
      access: 'No ha obtenido acceso a su cuenta.',
      unavailable: 'No podemos responderle en este momento.',
      request: 'Su solicitud no es correcta. Solo sus responsables pueden cambiarlo.',
    },
  },
}
