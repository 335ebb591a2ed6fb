import type { SignInText } from '../shape/sign-in.ts'

export const signIn: SignInText = {
  signIn: {
    title: 'Se connecter',
    toContinueTo: 'Connectez-vous pour accéder à {application}',
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    continue: 'Continuer',
    signingInAs: 'Connexion avec le compte',
    onceMore: 'Votre connexion date d’il y a un moment. Pour continuer, confirmez que c’est toujours vous.',
    submit: 'Se connecter',
    cancel: 'Annuler',
    errors: {
      emailMissing: 'Saisissez votre adresse e-mail.',
      emailMalformed: 'Saisissez une adresse e-mail comme name@example.com.',
      passwordMissing: 'Saisissez votre mot de passe.',
      wrongCredentials:
        'L’adresse e-mail ou le mot de passe n’est pas correct. Vérifiez les deux et réessayez.',
      tooManyAttempts: 'Trop de tentatives. Patientez un moment, puis réessayez.',
      expired: 'Un certain temps s’est écoulé. Veuillez vous reconnecter.',
      overtaken:
        'Quelqu’un s’est connecté ou déconnecté dans un autre onglet. Veuillez vous reconnecter ici.',
    },
  },

  externalSignIn: {
    over: {
      title: 'Cette connexion est terminée',
      message: 'Elle a déjà été utilisée ou a pris trop de temps.',
    },
    elsewhere: {
      title: 'Cette connexion a commencé dans un autre navigateur',
      message:
        'Continuez dans le navigateur où vous avez ouvert l’application. Si vous n’êtes pas à l’origine de cette connexion, fermez cette page\u00a0: personne n’a été connecté.',
    },
    startOver: 'Continuer',
  },
}
