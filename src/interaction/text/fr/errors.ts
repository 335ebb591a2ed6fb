import type { ErrorsText } from '../shape/errors.ts'

export const errors: ErrorsText = {
  errorPage: {
    reference: 'Référence',
    forDevelopers: 'Détails pour les développeurs',
  },

  errors: {
    notFound: {
      title: 'Page introuvable',
      message: 'Vérifiez l’adresse, ou retournez à l’application d’où vous venez et recommencez.',
    },
    tooManyRequests: {
      title: 'Trop de requêtes',
      message: 'Patientez une minute, puis réessayez.',
    },
    unexpected: {
      title: 'Une erreur s’est produite',
      message:
        'L’erreur vient de nous, pas de vous. Réessayez\u00a0; si elle persiste, communiquez-nous la référence ci-dessous.',
    },
    unavailable: {
      title: 'Nous revenons tout de suite',
      message: 'Le service ne peut pas répondre pour le moment. Réessayez dans une minute.',
    },
    busy: {
      title: 'Il y a beaucoup de monde en ce moment',
      message:
        'Ce que vous avez envoyé n’a pas été examiné. Attendez quelques secondes, puis rechargez cette page pour l’envoyer à nouveau.',
    },
    unknownApplication: {
      title: 'Nous ne connaissons pas cette application',
      message:
        'Le lien qui vous a mené ici désigne une application qui n’est pas enregistrée. Signalez-le à ses responsables.',
    },
    undescribedApplication: {
      title: 'Cette application ne peut pas être reconnue',
      message:
        'Elle se décrit à une adresse qui lui appartient, et nous n’avons pas pu lire cette description. Réessayez dans une minute\u00a0; si le problème persiste, signalez-le à ses responsables.',
    },
    untrustedReturnAddress: {
      title: 'Nous nous sommes arrêtés pour votre sécurité',
      message:
        'L’application nous a demandé de vous rediriger vers une adresse qu’elle n’a jamais enregistrée. Signalez-le à ses responsables.',
    },
    malformedRequest: {
      title: 'Ce lien ne fonctionne pas',
      message: 'Le lien qui vous a mené ici contient une erreur. Retournez à l’application et réessayez.',
    },
    unreachableRequest: {
      title: 'L’application n’a pas dit ce qu’elle souhaite',
      message:
        'Elle conserve sa demande à une adresse qui lui appartient, et nous n’avons pas pu l’y lire. Réessayez dans une minute\u00a0; si le problème persiste, signalez-le à ses responsables.',
    },
    requestExpired: {
      title: 'Cette page a expiré',
      message: 'Retournez à l’application d’où vous venez et recommencez.',
    },
    deviceCodeExpired: {
      title: 'Ce code a expiré',
      message: 'Recommencez sur votre appareil pour en obtenir un nouveau.',
    },
    deviceCodeUsed: {
      title: 'Ce code a déjà été utilisé',
      message:
        'Si vous venez de répondre, vous avez terminé et pouvez fermer cette fenêtre. Si votre appareil n’est pas connecté, recommencez sur celui-ci pour obtenir un nouveau code.',
    },
    goneMeanwhile: {
      title: 'Cet élément vient d’être supprimé',
      message:
        'Quelqu’un a supprimé ce dont traite cette page pendant que vous l’utilisiez. Retournez là d’où vous venez et recommencez.',
    },
    unreadableForm: {
      title: 'Nous n’avons pas pu lire ce qui a été envoyé',
      message:
        'C’est plus volumineux que tout ce que cette page envoie, ou ce n’est pas un de ses formulaires. Revenez en arrière et envoyez-en moins.',
    },
    formNotOurs: {
      title: 'Nous n’avons pas pu confirmer que cette demande vient de vous',
      message:
        'Votre session a peut-être changé dans un autre onglet, ou les cookies sont bloqués pour ce site. Retournez à l’application d’où vous venez et recommencez.',
    },
  },
}
