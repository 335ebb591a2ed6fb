import type { IdentityProvidersText } from '../shape/identity-providers.ts'

export const identityProviders: IdentityProvidersText = {
  identityProviders: {
    continueWith: 'Continuer avec {provider}',
    title: 'Connectez-vous avec votre organisation',
    demanded: 'Votre organisation utilise {provider} pour la connexion.',
    linking:
      'Vous avez déjà un compte avec l’adresse e-mail indiquée par {provider}. Connectez-vous-y une fois et les deux seront associés.',
    connected: 'Comptes associés',
    none: 'Aucun autre compte n’est associé.',
    lastUsed: 'Dernière utilisation : {when}',
    disconnect: 'Dissocier {provider}',
    onlyWayIn:
      'C’est votre seul moyen de vous connecter. Créez d’abord un mot de passe ou ajoutez une clé d’accès.',
    errors: {
      turnedBack: 'Vous ne vous êtes pas connecté avec {provider}. Réessayez ou connectez-vous autrement.',
      invalidAnswer:
        '{provider} a répondu d’une manière à laquelle nous ne pouvons pas nous fier. Réessayez ; si cela se reproduit, prévenez les responsables de ce service.',
      unavailable:
        '{provider} est injoignable pour le moment. Réessayez dans une minute ou connectez-vous autrement.',
      emailNotTrusted:
        '{provider} n’a pas confirmé votre adresse e-mail ; nous ne pouvons donc pas savoir quel compte est le vôtre. Confirmez-la là-bas ou connectez-vous autrement.',
      unknownUser:
        'Aucun compte ne correspond ici à celui que vous avez utilisé avec {provider}. Demandez-en un aux responsables de ce service.',
    },
  },
}
