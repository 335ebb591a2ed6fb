import type { SignOutText } from '../shape/sign-out.ts'

export const signOut: SignOutText = {
  confirmSignOut: {
    title: 'Quer sair?',
    askedBy: '{application} pede para encerrar a sua sessão.',
    consequence: 'Você terá de entrar de novo para usar as suas aplicações neste navegador.',
    signOut: 'Sair',
    stay: 'Cancelar',
  },

  signedOut: {
    title: 'Você saiu',
    message: 'Para entrar de novo, abra a aplicação que quer usar. Você pode fechar esta página.',
    wantsToSend: '{application} quer levar você a {host}',
    goesOn: 'As aplicações que você usou neste navegador também serão avisadas.',
    continueTo: 'Continuar para {application}',
    continue: 'Continuar',
  },
}
