import type { ConsentText } from '../shape/consent.ts'

export const consent: ConsentText = {
  selectOrganization: {
    title: 'Choisissez une organisation',
    toContinueTo:
      'Vous appartenez à plusieurs organisations. Laquelle souhaitez-vous utiliser avec {application}\u00a0?',
    withoutApplication: 'Vous appartenez à plusieurs organisations. Laquelle souhaitez-vous utiliser\u00a0?',
    noLongerMember: 'Vous n’êtes plus membre de cette organisation. Choisissez-en une autre.',
  },

  consent: {
    title: '{application} souhaite accéder à votre compte',
    providedBy: 'Proposée par {organization}',
    unknownProvider:
      'Cette application s’est enregistrée elle-même et personne ne l’a vérifiée. Autorisez-la uniquement si vous étiez en train de l’utiliser.',
    foundAt: 'Depuis {host}',
    knownByAddress:
      'Personne n’a vérifié cette application. Son nom est celui qu’elle se donne\u00a0; on sait seulement qu’elle vient de {host}. Autorisez-la uniquement si vous étiez en train de l’utiliser.',
    willBeAbleTo: '{application} pourra\u00a0:',
    newScope: 'Nouveau',
    willReach: 'L’application pourra utiliser cet accès sur\u00a0:',
    detailMembers: {
      locations: 'Où',
      actions: 'Actions',
      datatypes: 'Données',
      identifier: 'Élément',
      privileges: 'Privilèges',
    },
    yes: 'Oui',
    no: 'Non',
    nothing: 'Rien',
    policy: 'Politique de confidentialité de l’application',
    terms: 'Conditions d’utilisation de l’application',
    canAlsoSendTo: 'L’application pourra aussi vous rediriger vers\u00a0:',
    choose: 'Choisir',
    chooseOne: 'Choisissez une option pour autoriser l’accès.',
    sentTo: 'Dans les deux cas, nous vous redirigerons vers {host}',
    allow: 'Autoriser',
    deny: 'Refuser',
  },

  scopes: {
    openid: {
      title: 'Savoir qui vous êtes',
      description: 'Vous reconnaître à chacune de vos connexions.',
    },
    profile: {
      title: 'Voir votre profil',
      description: 'Votre nom, votre photo et d’autres informations de ce type.',
    },
    email: {
      title: 'Voir votre adresse e-mail',
      description: 'Votre adresse et si elle est vérifiée.',
    },
    address: {
      title: 'Voir votre adresse postale',
      description: 'Rue, ville et pays, dans la mesure où nous les connaissons.',
    },
    phone: {
      title: 'Voir votre numéro de téléphone',
      description: 'Votre numéro et s’il est vérifié.',
    },
    offline_access: {
      title: 'Conserver l’accès en votre absence',
      description: 'Garder cet accès lorsque vous n’utilisez pas l’application.',
    },
  },
}
