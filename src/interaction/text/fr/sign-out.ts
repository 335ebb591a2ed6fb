import type { SignOutText } from '../shape/sign-out.ts'

export const signOut: SignOutText = {
  confirmSignOut: {
    title: 'Souhaitez-vous vous déconnecter\u00a0?',
    askedBy: '{application} demande votre déconnexion.',
    consequence: 'Vous devrez vous reconnecter pour utiliser vos applications dans ce navigateur.',
    signOut: 'Se déconnecter',
    stay: 'Annuler',
  },

  signedOut: {
    title: 'Déconnexion effectuée',
    message:
      'Pour vous reconnecter, ouvrez l’application que vous souhaitez utiliser. Vous pouvez fermer cette page.',
    wantsToSend: '{application} souhaite vous rediriger vers {host}',
    goesOn: 'Les applications que vous avez utilisées dans ce navigateur en sont également informées.',
    continueTo: 'Continuer vers {application}',
    continue: 'Continuer',
  },
}
