import type { SignInText } from '../shape/sign-in.ts'

export const signIn: SignInText = {
  signIn: {
    title: 'Iniciar sesión',
    toContinueTo: 'Inicie sesión para continuar a {application}',
    email: 'Correo electrónico',
    password: 'Contraseña',
    continue: 'Continuar',
    signingInAs: 'Va a iniciar sesión como',
    onceMore: 'Ha pasado un tiempo desde que inició sesión. Para continuar, confirme que sigue siendo usted.',
    submit: 'Iniciar sesión',
    cancel: 'Cancelar',
    errors: {
      emailMissing: 'Introduzca su correo electrónico.',
      emailMalformed: 'Introduzca un correo electrónico como name@example.com.',
      passwordMissing: 'Introduzca su contraseña.',
      wrongCredentials:
        'El correo electrónico o la contraseña no son correctos. Revise ambos e inténtelo de nuevo.',
      tooManyAttempts: 'Demasiados intentos. Espere un rato y vuelva a intentarlo.',
      expired: 'Ha pasado un rato sin actividad. Inicie sesión de nuevo.',
      overtaken: 'Alguien ha iniciado o cerrado sesión en otra pestaña. Inicie sesión de nuevo aquí.',
    },
  },

  externalSignIn: {
    over: {
      title: 'Este inicio de sesión ha terminado',
      message: 'Ya se utilizó o tardó demasiado.',
    },
    elsewhere: {
      title: 'Este inicio de sesión empezó en otro navegador',
      message:
        'Continúe en el navegador en el que abrió la aplicación. Si usted no lo empezó, cierre esta página: nadie ha iniciado sesión.',
    },
    startOver: 'Continuar',
  },
}
