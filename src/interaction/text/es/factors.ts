import type { FactorsText } from '../shape/factors.ts'

export const factors: FactorsText = {
  passkeys: {
    signIn: 'Iniciar sesión con una llave de acceso',
    cancelled: 'Se ha cancelado o ha tardado demasiado. Puede intentarlo de nuevo.',
    failed: 'Su navegador no ha podido usar una llave de acceso aquí. Pruebe otra forma.',
    existsAlready: 'Este dispositivo ya tiene una llave de acceso para su cuenta.',
    unknown:
      'Aquí no se conoce esta llave de acceso. Puede que se haya eliminado. Inicie sesión de otra forma.',
    refused:
      'No se ha podido verificar la llave de acceso. Inténtelo de nuevo o inicie sesión de otra forma.',
    tooMany: 'No puede tener más llaves de acceso. Elimine antes una que ya no use.',
    tooManyAttempts: 'Demasiados intentos. Espere un rato y vuelva a intentarlo.',
    needsBrowser: 'Las llaves de acceso necesitan un navegador actual con JavaScript activado.',
    defaultName: 'Mi llave de acceso',
  },

  secondFactor: {
    title: 'Confirme que es usted',
    aboutCode: 'Introduzca el código que muestra su aplicación de autenticación.',
    code: 'Código de 6 cifras',
    submit: 'Continuar',
    aboutPasskey: 'Use una de sus llaves de acceso para continuar.',
    usePasskey: 'Usar una llave de acceso',
    useRecoveryCode: 'Usar un código de recuperación',
    recoveryTitle: 'Usar un código de recuperación',
    aboutRecoveryCode: 'Introduzca uno de los códigos que guardó. Cada uno sirve una vez.',
    recoveryCode: 'Código de recuperación',
    useAnotherWay: 'Usar otra forma',
    notNow: 'Ahora no',
    errors: {
      codeMissing: 'Introduzca el código.',
      wrongCode: 'El código no es correcto o ya se ha usado. Introduzca el que se muestra ahora.',
      wrongRecoveryCode: 'El código de recuperación no es correcto o ya se ha usado.',
      tooManyAttempts: 'Demasiados intentos. Espere un rato y vuelva a intentarlo.',
    },
  },

  setUpFactor: {
    title: 'Proteja su cuenta',
    about: 'Para continuar, añada una segunda forma de confirmar que es usted.',
    totpTitle: 'Aplicación de autenticación',
    scan: 'Escanee esta imagen con una aplicación de autenticación en su teléfono.',
    qrCode: 'Código QR para su aplicación de autenticación',
    openApp: 'Abrir en una aplicación de este dispositivo',
    cannotScan: 'Escribir una clave en su lugar',
    secret: 'En su lugar, introduzca esta clave en la aplicación',
    enterCode: 'Código que muestra la aplicación',
    submit: 'Activar',
    passkeyTitle: 'Llave de acceso',
    aboutPasskey:
      'Su huella, su cara o el bloqueo de pantalla confirma que es usted. No tiene que escribir nada.',
    createPasskey: 'Crear una llave de acceso',
    aboutSignInAgain:
      'Inició sesión hace un tiempo. Para que nadie más cambie su cuenta, inicie sesión de nuevo primero.',
    signInAgain: 'Iniciar sesión de nuevo',
    errors: {
      wrongCode:
        'El código no es correcto. Introduzca el que la aplicación muestra ahora y compruebe que el reloj de su teléfono va bien.',
      expired: 'Esta página ha estado abierta demasiado tiempo. Escanee la nueva imagen.',
      elsewhere:
        'Ya se configuró una aplicación de autenticación en otra pestaña. Lo que ha escaneado en esta página no cuenta.',
    },
  },

  recoveryCodes: {
    title: 'Guarde sus códigos de recuperación',
    about:
      'Con uno de ellos puede entrar si pierde su teléfono o su llave de acceso. Cada uno sirve una vez.',
    keep: 'Solo se muestran ahora. Guárdelos en un lugar seguro, como un gestor de contraseñas.',
    saved: 'Los he guardado',
    fewTitle: 'Quedan pocos códigos de recuperación',
    few: 'Códigos de recuperación que quedan: {count}. Cree otros nuevos en los ajustes de seguridad de su cuenta.',
    onward: 'Continuar',
  },
}
