import type { DeviceText } from '../shape/device.ts'

export const device: DeviceText = {
  device: {
    title: 'Conectar un dispositivo',
    enter: 'Introduzca el código que muestra su dispositivo.',
    compareTitle: '¿Es este el código de su dispositivo?',
    compare: 'Compárelo con el que muestra su dispositivo. Continúe solo si es el mismo.',
    code: 'Código',
    submit: 'Continuar',
    beware:
      'Use un código de un dispositivo que tenga delante y de ningún otro sitio. Nosotros nunca le enviamos uno.',
    errors: {
      missing: 'Introduzca el código que muestra su dispositivo.',
      malformed: 'Un código tiene ocho letras, como BCDF-GHJK.',
      unknown:
        'Ningún dispositivo espera con este código. Compare cada letra con lo que muestra su dispositivo.',
      expired: 'Este código ha caducado. Empiece de nuevo en su dispositivo para obtener otro.',
      used: 'Este código ya se utilizó. Si su dispositivo no está conectado, empiece de nuevo en él para obtener otro.',
      tooManyAttempts:
        'Se han probado demasiados códigos. Espere unos minutos y empiece de nuevo en su dispositivo.',
      stale: 'Ha pasado un rato sin actividad. Revise el código y continúe.',
    },
    allowTitle: '¿Permitir {application} en su dispositivo?',
    codeShown: 'Su dispositivo debe mostrar este código',
    asked: 'Solicitado',
    justNow: 'Hace menos de un minuto',
    address: 'Desde la dirección',
    nearby: '(su red)',
    elsewhere: '(otra red)',
    allowOnlyIf:
      'Permítalo solo si usted lo inició, en un dispositivo que tenga consigo. Si alguien le envió el código o un enlace, deniéguelo.',
    approved: {
      title: 'Su dispositivo está conectado',
      message: '{application} continuará allí en un momento.',
    },
    denied: {
      title: 'Ha denegado el acceso',
      message: '{application} no tendrá acceso a su cuenta.',
    },
    closeWindow: 'Puede cerrar esta ventana.',
  },
}
