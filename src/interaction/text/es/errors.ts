import type { ErrorsText } from '../shape/errors.ts'

export const errors: ErrorsText = {
  errorPage: {
    reference: 'Referencia',
    forDevelopers: 'Detalles para desarrolladores',
  },

  errors: {
    notFound: {
      title: 'Página no encontrada',
      message: 'Revise la dirección o vuelva a la aplicación de la que venía y empiece de nuevo.',
    },
    tooManyRequests: {
      title: 'Demasiadas solicitudes',
      message: 'Espere un minuto y vuelva a intentarlo.',
    },
    unexpected: {
      title: 'Algo ha fallado',
      message:
        'El error es nuestro, no suyo. Inténtelo de nuevo; si sigue ocurriendo, indíquenos la referencia que aparece abajo.',
    },
    unavailable: {
      title: 'Volvemos enseguida',
      message: 'El servicio no puede responder en este momento. Inténtelo de nuevo en un minuto.',
    },
    busy: {
      title: 'Hay mucha gente en este momento',
      message:
        'Lo que ha enviado no se ha comprobado. Espere unos segundos y vuelva a cargar esta página para enviarlo de nuevo.',
    },
    unknownApplication: {
      title: 'No conocemos esta aplicación',
      message:
        'El enlace que le trajo aquí nombra una aplicación que no está registrada. Avise a sus responsables.',
    },
    undescribedApplication: {
      title: 'No se puede reconocer esta aplicación',
      message:
        'La aplicación se describe en una dirección propia, y ahora mismo no hemos podido leer esa descripción. Inténtelo de nuevo en un minuto; si continúa, avise a sus responsables.',
    },
    untrustedReturnAddress: {
      title: 'Nos hemos detenido por su seguridad',
      message:
        'La aplicación nos pidió enviarle a una dirección que nunca registró. Avise a sus responsables.',
    },
    malformedRequest: {
      title: 'No podemos usar este enlace',
      message:
        'Hay algo incorrecto en el enlace que le trajo aquí. Vuelva a la aplicación e inténtelo de nuevo.',
    },
    unreachableRequest: {
      title: 'La aplicación no ha dicho qué quiere',
      message:
        'Guarda su solicitud en una dirección propia, y ahora mismo no hemos podido obtenerla. Inténtelo de nuevo en un minuto; si continúa, avise a sus responsables.',
    },
    requestExpired: {
      title: 'Esta página ha caducado',
      message: 'Vuelva a la aplicación de la que venía y empiece de nuevo.',
    },
    deviceCodeExpired: {
      title: 'Este código ha caducado',
      message: 'Empiece de nuevo en su dispositivo para obtener otro.',
    },
    deviceCodeUsed: {
      title: 'Este código ya se utilizó',
      message:
        'Si acaba de responder, ha terminado y puede cerrar esta ventana. Si su dispositivo no está conectado, empiece de nuevo en él para obtener otro código.',
    },
    goneMeanwhile: {
      title: 'Esto se acaba de eliminar',
      message:
        'Alguien ha eliminado aquello de lo que trata esta página mientras usted la usaba. Vuelva al lugar del que venía y empiece de nuevo.',
    },
    unreadableForm: {
      title: 'No hemos podido leer lo enviado',
      message:
        'Es mayor que todo lo que envía esta página, o no es un formulario suyo. Vuelva atrás y envíe menos.',
    },
    formNotOurs: {
      title: 'No hemos podido confirmar que esto venga de usted',
      message:
        'Quizá inició o cerró sesión en otra pestaña, o las cookies están bloqueadas para este sitio. Vuelva a la aplicación de la que venía y empiece de nuevo.',
    },
  },
}
