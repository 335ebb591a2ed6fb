import type { SignOutText } from '../shape/sign-out.ts'

export const signOut: SignOutText = {
  confirmSignOut: {
    title: '¿Quiere cerrar la sesión?',
    askedBy: '{application} solicita cerrar su sesión.',
    consequence: 'Tendrá que iniciar sesión de nuevo para usar sus aplicaciones en este navegador.',
    signOut: 'Cerrar sesión',
    stay: 'Cancelar',
  },

  signedOut: {
    title: 'Ha cerrado la sesión',
    message: 'Para volver a iniciar sesión, abra la aplicación que quiera usar. Puede cerrar esta página.',
    wantsToSend: '{application} quiere enviarle a {host}',
    goesOn: 'También se está avisando a las aplicaciones que ha usado en este navegador.',
    continueTo: 'Continuar a {application}',
    continue: 'Continuar',
  },
}
