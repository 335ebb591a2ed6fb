import type { DeviceText } from '../shape/device.ts'

export const device: DeviceText = {
  device: {
    title: 'Connecter un appareil',
    enter: 'Saisissez le code affiché sur votre appareil.',
    compareTitle: 'Est-ce bien le code affiché sur votre appareil\u00a0?',
    compare: 'Comparez-le avec celui de votre appareil. Continuez uniquement s’il est identique.',
    code: 'Code',
    submit: 'Continuer',
    beware:
      'Utilisez uniquement le code d’un appareil qui se trouve devant vous. Nous ne vous en envoyons jamais.',
    errors: {
      missing: 'Saisissez le code affiché sur votre appareil.',
      malformed: 'Un code comporte huit lettres, par exemple BCDF-GHJK.',
      unknown:
        'Aucun appareil n’attend avec ce code. Comparez chaque lettre avec ce qui est affiché sur votre appareil.',
      expired: 'Ce code a expiré. Recommencez sur votre appareil pour en obtenir un nouveau.',
      used: 'Ce code a déjà été utilisé. Si votre appareil n’est pas connecté, recommencez sur celui-ci pour obtenir un nouveau code.',
      tooManyAttempts:
        'Trop de codes ont été essayés. Patientez quelques minutes, puis recommencez sur votre appareil.',
      stale: 'Un certain temps s’est écoulé. Vérifiez le code et continuez.',
    },
    allowTitle: 'Autoriser {application} sur votre appareil\u00a0?',
    codeShown: 'Votre appareil doit afficher ce code',
    asked: 'Demande envoyée',
    justNow: 'Il y a moins d’une minute',
    address: 'Depuis l’adresse',
    nearby: '(votre réseau)',
    elsewhere: '(un autre réseau)',
    allowOnlyIf:
      'Autorisez cette demande uniquement si vous l’avez faite vous-même, sur un appareil que vous avez avec vous. Si quelqu’un vous a envoyé le code ou un lien, refusez.',
    approved: {
      title: 'Votre appareil est connecté',
      message: '{application} y continue dans un instant.',
    },
    denied: {
      title: 'Vous avez refusé',
      message: '{application} n’aura pas accès à votre compte.',
    },
    closeWindow: 'Vous pouvez fermer cette fenêtre.',
  },
}
