import type { AnswersText } from '../shape/answers.ts'

export const answers: AnswersText = {
  formPost: {
    title: 'Retour à {application}',
    about: 'Nous vous renvoyons vers l’application. Si rien ne se passe, appuyez sur le bouton.',
    submit: 'Continuer',
  },

  leaving: {
    title: '{application} n’a pas pu vous connecter',
    unchecked:
      'Personne n’a vérifié cette application ni l’adresse vers laquelle elle vous redirige. Continuez uniquement si vous étiez en train de l’utiliser et si vous connaissez cette adresse.',
    destination: 'L’application souhaite vous rediriger vers',
    problem: 'Ce qui s’est passé',
    continue: 'Continuer vers {host}',
    problems: {
      silent:
        'L’application a tenté de vous connecter sans rien vous montrer, ce qui n’est pas possible pour le moment.',
      somebodyElse: 'L’application attendait la connexion de quelqu’un d’autre.',
      authentication: 'L’application exige un mode de connexion qui n’existe pas ici.',
      expired: 'La demande de l’application a expiré ou a déjà reçu une réponse. Retournez-y et recommencez.',
      scope: 'L’application a demandé un accès qu’elle ne peut pas avoir.',
      access: 'L’application n’a pas obtenu l’accès à votre compte.',
      unavailable: 'Nous ne pouvons pas répondre à l’application pour le moment.',
      request: 'La demande de l’application n’est pas correcte. Seuls ses responsables peuvent y remédier.',
    },
  },
}
