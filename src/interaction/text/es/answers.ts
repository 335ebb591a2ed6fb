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
    destination: 'La aplicación quiere enviarle a',
    problem: 'Qué ha fallado',
    continue: 'Continuar a {host}',
    problems: {
      silent:
        'La aplicación ha intentado iniciar su sesión sin mostrarle nada, y ahora mismo eso no es posible.',
      somebodyElse: 'La aplicación esperaba que otra persona iniciara sesión.',
      authentication: 'La aplicación exige una forma de iniciar sesión que aquí no existe.',
      expired:
        'La solicitud de la aplicación ha caducado o ya se respondió. Vuelva a la aplicación y empiece de nuevo.',
      scope: 'La aplicación ha pedido un acceso que no puede tener.',
      access: 'La aplicación no ha obtenido acceso a su cuenta.',
      unavailable: 'No podemos responder a la aplicación en este momento.',
      request: 'La solicitud de la aplicación no es correcta. Solo sus responsables pueden cambiarlo.',
    },
  },
}
