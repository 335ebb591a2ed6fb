import type { MailText } from './shape.ts'

export const fr: MailText = {
  language: { tag: 'fr', direction: 'ltr' },
  codes: {
    signIn: {
      subject: 'Votre code de connexion à {operator}',
      enter: 'Saisissez ce code pour vous connecter à {operator} :',
    },
    signUp: {
      subject: 'Votre code pour créer un compte {operator}',
      enter: 'Saisissez ce code pour continuer la création de votre compte {operator} :',
    },
    signUpAgain: {
      subject: 'Vous avez déjà un compte {operator}',
      enter:
        'Quelqu’un, sans doute vous, a demandé la création d’un compte {operator} pour cette adresse, qui en a déjà un. Pour vous y connecter, saisissez ce code :',
    },
    resetPassword: {
      subject: 'Votre code pour choisir un nouveau mot de passe {operator}',
      enter: 'Saisissez ce code pour choisir un nouveau mot de passe {operator} :',
    },
    verifyEmail: {
      subject: 'Confirmez votre adresse e-mail pour {operator}',
      enter: 'Saisissez ce code pour confirmer que {operator} peut vous joindre à cette adresse :',
    },
    changeEmail: {
      subject: 'Confirmez votre nouvelle adresse e-mail pour {operator}',
      enter: 'Saisissez ce code pour utiliser cette adresse avec votre compte {operator} :',
    },
    goodFor: {
      one: 'Il est valable {count} minute, uniquement dans le navigateur où vous l’avez demandé.',
      other: 'Il est valable {count} minutes, uniquement dans le navigateur où vous l’avez demandé.',
    },
    notYou: 'Si vous ne l’avez pas demandé, ignorez ce message. Sans le code, rien ne se passe.',
    keepSecret:
      'Ne donnez ce code à personne. {operator} ne vous le demandera jamais par téléphone ni par message.',
  },
  notices: {
    passwordChanged: {
      subject: 'Votre mot de passe {operator} a été modifié',
      message:
        'Le mot de passe de votre compte {operator} vient d’être modifié, et tous les autres navigateurs ont été déconnectés.',
      withoutEndingOthers: 'Le mot de passe de votre compte {operator} vient d’être modifié.',
    },
    emailChanged: {
      subject: 'Votre adresse e-mail {operator} a été modifiée',
      message: 'Votre compte {operator} utilise désormais l’adresse {email}, et non plus celle-ci.',
    },
    notYou: 'Si ce n’est pas vous, contactez {operator} sans attendre.',
  },
}
