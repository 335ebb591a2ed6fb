import type { AccountPagesText } from '../shape/account-pages.ts'

export const accountPages: AccountPagesText = {
  accountPages: {
    navigation: {
      label: 'Votre compte',
      profile: 'Profil',
      security: 'Sécurité',
      sessions: 'Sessions',
      applications: 'Applications',
    },
    signOut: 'Se déconnecter',

    notices: {
      profileSaved: 'Votre profil a été enregistré.',
      passwordChanged: 'Votre mot de passe a été modifié.',
      passwordSet: 'Vous avez maintenant un mot de passe.',
      emailChanged: 'Votre adresse e-mail est confirmée et utilisée.',
      signedOutThere: 'La session de ce navigateur est fermée.',
      signedOutElsewhere: 'Vos sessions sont fermées partout ailleurs.',
      nothingToEnd: 'Cette session était déjà fermée.',
      accessRemoved: 'L’application n’a plus accès.',
      nothingToRemove: 'Cette application n’avait déjà plus accès.',
      onceMore:
        'Merci, votre identité est confirmée. Rien n’a encore été modifié : choisissez une nouvelle fois.',
    },

    profile: {
      title: 'Profil',
      about: 'C’est ce que voient les applications que vous autorisez à voir votre profil.',
      keptElsewhere:
        'Votre profil est géré par {operator}, où vous vous connectez. Vous pouvez l’y modifier.',
      picture: 'Votre photo',
      name: 'Nom affiché',
      nameHint: 'Celui par lequel on s’adresse à vous. Laissé vide, ce sont vos prénom et nom.',
      firstName: 'Prénom',
      lastName: 'Nom',
      locale: 'Langue',
      noLocale: 'Celle de mon navigateur',
      save: 'Enregistrer',
      email: 'Adresse e-mail',
      emailVerified: 'Confirmée',
      emailUnverified: 'Non confirmée',
      changeEmail: 'Modifier l’adresse e-mail',
      confirmEmail: 'Confirmer l’adresse e-mail',
      organizations: 'Organisations',
      memberOfNone: 'Vous n’appartenez à aucune organisation.',
      inactive: 'Désactivée',
      errors: { name: 'Un nom est une ligne de 255 caractères au plus.' },
    },

    security: {
      title: 'Sécurité',
      about: 'Ce qui prouve que c’est bien vous.',
      keptElsewhere: 'Vous vous connectez avec {operator}. Ce qu’il vous faut pour cela se modifie là-bas.',
      password: 'Mot de passe',
      hasPassword: 'Vous pouvez vous connecter avec un mot de passe.',
      hasNoPassword: 'Vous n’avez pas encore de mot de passe.',
      changePassword: 'Modifier le mot de passe',
      setPassword: 'Créer un mot de passe',
    },

    password: {
      changeTitle: 'Modifier votre mot de passe',
      setTitle: 'Créer un mot de passe',
      current: 'Mot de passe actuel',
      next: 'Nouveau mot de passe',
      hint: 'Au moins 8 caractères. Le mieux : plusieurs mots que vous n’utilisez nulle part ailleurs.',
      endOthers: 'Se déconnecter partout ailleurs',
      endOthersHint: 'Quiconque connaît l’ancien mot de passe devra se connecter à nouveau.',
      save: 'Enregistrer le mot de passe',
      cancel: 'Annuler',
      errors: {
        currentMissing: 'Saisissez votre mot de passe actuel.',
        currentWrong: 'Ce n’est pas votre mot de passe actuel.',
        missing: 'Saisissez un nouveau mot de passe.',
        too_short: 'Utilisez au moins 8 caractères.',
        too_long: 'Utilisez au plus 256 caractères.',
        too_common:
          'Beaucoup utilisent ce mot de passe : c’est l’un des premiers devinés. Choisissez-en un autre.',
        is_email: 'Choisissez un mot de passe qui ne soit pas votre adresse e-mail.',
        tooManyAttempts: 'Trop de tentatives. Patientez un moment, puis réessayez.',
        changedMeanwhile:
          'Entre-temps, votre mot de passe a été modifié, par vous ou quelqu’un d’autre. Réessayez.',
      },
    },

    email: {
      title: 'Votre adresse e-mail',
      about:
        'Nous envoyons un code à l’adresse que vous voulez utiliser. Rien ne change avant que vous le saisissiez.',
      next: 'Adresse e-mail',
      send: 'Envoyer le code',
      codeTitle: 'Saisissez le code',
      sentTo: 'Nous avons envoyé un code de six chiffres à {email}. Il est valable dix minutes.',
      code: 'Code',
      save: 'Utiliser cette adresse',
      startOver: 'Recevoir un autre code',
      cancel: 'Annuler',
      errors: {
        missing: 'Saisissez une adresse e-mail.',
        malformed: 'Saisissez une adresse e-mail comme name@example.com.',
        same: 'C’est déjà votre adresse e-mail.',
        taken: 'Un autre compte utilise cette adresse.',
        codeMissing: 'Saisissez le code.',
        codeWrong: 'Ce n’est pas le code. Comparez chaque chiffre avec le message.',
        codeOver: 'Ce code n’est plus valable. Demandez-en un autre.',
        tooManyAttempts: 'Trop de tentatives. Patientez un moment, puis réessayez.',
      },
    },

    sessions: {
      title: 'Vos sessions ouvertes',
      about: 'Si vous ne reconnaissez pas l’une de ces sessions, fermez-la et modifiez votre mot de passe.',
      thisBrowser: 'Ce navigateur',
      onSystem: '{browser} sur {system}',
      unknownBrowser: 'Navigateur inconnu',
      signedIn: 'Connexion : {when}',
      lastActive: 'dernière activité : {when}',
      address: 'Adresse IP {address}',
      yourNetwork: '(votre réseau)',
      unknownAddress: 'Adresse IP inconnue',
      end: 'Déconnecter',
      endOf: 'Déconnecter {browser}',
      others: 'Ailleurs',
      noOthers: 'Aucune session n’est ouverte ailleurs.',
      everywhere: 'Se déconnecter partout',
      elsewhere: 'Se déconnecter partout ailleurs',
      endMany: 'Fermer plusieurs sessions à la fois',
      consequence:
        'Les applications utilisées dans ces sessions sont prévenues, si elles le souhaitent. Celles qui peuvent rester connectées en votre absence le restent : vous les trouvez sous Applications.',
    },

    applications: {
      title: 'Applications ayant accès',
      about: 'Vous avez autorisé celles-ci à utiliser votre compte.',
      none: 'Aucune application n’a accès à votre compte.',
      ofOperator: 'De {operator}',
      ofOperatorAbout: 'Celles-ci restent connectées à votre compte en votre absence.',
      inNameOf: 'Pour {organization}',
      providedBy: 'Proposée par {organization}',
      unknownProvider: 'Personne n’a vérifié qui la propose',
      since: 'Autorisée : {when}',
      lastUsed: 'dernière utilisation : {when}',
      details: 'Détails',
      detailsOf: 'Détails de {application}',
    },

    application: {
      title: 'Accès de {application}',
      mayDo: '{application} peut :',
      facts: {
        account: 'Compte',
        organization: 'Au nom de',
        providedBy: 'Proposée par',
        since: 'Autorisée',
        lastUsed: 'Dernière utilisation',
      },
      offline: 'Elle reste connectée en votre absence.',
      removeTitle: 'Retirer l’accès',
      consequence:
        '{application} ne peut plus utiliser votre compte à partir de cet instant. Ce qu’elle a déjà enregistré, elle le garde. Si vous l’utilisez de nouveau, elle devra vous demander l’autorisation.',
      consequenceOfOwn:
        '{application} est déconnectée à partir de cet instant. Elle sera reconnectée quand vous vous y connecterez.',
      remove: 'Retirer l’accès',
      keep: 'Garder l’accès',
    },
  },
}
