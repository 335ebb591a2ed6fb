import type { FactorsText } from '../shape/factors.ts'

export const factors: FactorsText = {
  passkeys: {
    signIn: 'Se connecter avec une clé d’accès',
    cancelled: 'L’opération a été annulée ou a pris trop de temps. Vous pouvez réessayer.',
    failed: 'Votre navigateur n’a pas pu utiliser de clé d’accès ici. Essayez autrement.',
    existsAlready: 'Cet appareil a déjà une clé d’accès pour votre compte.',
    unknown:
      'Cette clé d’accès n’est pas connue ici. Elle a peut-être été supprimée. Connectez-vous autrement.',
    refused: 'La clé d’accès n’a pas pu être vérifiée. Réessayez ou connectez-vous autrement.',
    tooMany:
      'Vous ne pouvez pas avoir davantage de clés d’accès. Supprimez d’abord celle dont vous ne vous servez plus.',
    tooManyAttempts: 'Trop de tentatives. Patientez un moment, puis réessayez.',
    needsBrowser: 'Les clés d’accès demandent un navigateur récent avec JavaScript activé.',
    defaultName: 'Ma clé d’accès',
  },

  secondFactor: {
    title: 'Confirmez qu’il s’agit bien de vous',
    aboutCode: 'Saisissez le code affiché par votre application d’authentification.',
    code: 'Code à 6 chiffres',
    submit: 'Continuer',
    aboutPasskey: 'Utilisez l’une de vos clés d’accès pour continuer.',
    usePasskey: 'Utiliser une clé d’accès',
    useRecoveryCode: 'Utiliser un code de récupération',
    recoveryTitle: 'Utiliser un code de récupération',
    aboutRecoveryCode: 'Saisissez l’un des codes que vous avez enregistrés. Chacun sert une fois.',
    recoveryCode: 'Code de récupération',
    useAnotherWay: 'Utiliser un autre moyen',
    notNow: 'Pas maintenant',
    errors: {
      codeMissing: 'Saisissez le code.',
      wrongCode: 'Le code n’est pas correct ou a déjà servi. Saisissez celui qui est affiché maintenant.',
      wrongRecoveryCode: 'Le code de récupération n’est pas correct ou a déjà servi.',
      tooManyAttempts: 'Trop de tentatives. Patientez un moment, puis réessayez.',
    },
  },

  setUpFactor: {
    title: 'Protégez votre compte',
    about: 'Pour continuer, ajoutez un second moyen de confirmer qu’il s’agit bien de vous.',
    totpTitle: 'Application d’authentification',
    scan: 'Scannez cette image avec une application d’authentification sur votre téléphone.',
    qrCode: 'Code QR pour votre application d’authentification',
    openApp: 'Ouvrir dans une application de cet appareil',
    cannotScan: 'Saisir plutôt une clé',
    secret: 'Saisissez plutôt cette clé dans l’application',
    enterCode: 'Code affiché par l’application',
    submit: 'Activer',
    passkeyTitle: 'Clé d’accès',
    aboutPasskey:
      'Votre empreinte, votre visage ou le verrouillage de l’écran confirme qu’il s’agit bien de vous. Il n’y a rien à saisir.',
    createPasskey: 'Créer une clé d’accès',
    aboutSignInAgain:
      'Votre connexion date de quelque temps. Pour que personne d’autre ne modifie votre compte, reconnectez-vous d’abord.',
    signInAgain: 'Se reconnecter',
    errors: {
      wrongCode:
        'Le code n’est pas correct. Saisissez celui que l’application affiche maintenant et vérifiez que votre téléphone est à l’heure.',
      expired: 'Cette page est restée ouverte trop longtemps. Scannez la nouvelle image.',
      elsewhere:
        'Une application d’authentification a déjà été configurée dans un autre onglet. Ce que vous avez scanné sur cette page ne compte pas.',
    },
  },

  recoveryCodes: {
    title: 'Enregistrez vos codes de récupération',
    about:
      'L’un d’eux vous permet d’entrer si vous perdez votre téléphone ou votre clé d’accès. Chacun sert une fois.',
    keep: 'Ils ne sont affichés que maintenant. Conservez-les en lieu sûr, par exemple dans un gestionnaire de mots de passe.',
    saved: 'Je les ai enregistrés',
    fewTitle: 'Il reste peu de codes de récupération',
    few: 'Codes de récupération restants : {count}. Créez-en de nouveaux dans les réglages de sécurité de votre compte.',
    onward: 'Continuer',
  },
}
