import type { PageText } from '../shape/page.ts'

export const page: PageText = {
  page: {
    errorTitle: 'Erreur\u00a0: {page}',
    terms: 'Conditions d’utilisation',
    privacy: 'Confidentialité',
  },

  account: {
    signedInAs: 'Compte utilisé',
    useAnother: 'Utiliser un autre compte',
    organization: 'Organisation',
    changeOrganization: 'Changer',
  },

  home: {
    title: 'Connexion {operator}',
    about:
      'Ce serveur connecte les utilisateurs aux applications dont ils se servent et indique à ces applications qui ils sont.',
    signedOut:
      'Vous n’avez pas de session ouverte. Pour utiliser une application, ouvrez-la : elle vous envoie ici.',
    signIn: 'Se connecter à votre compte',
    yourAccount: 'Votre compte',
    signOut: 'Se déconnecter',
    forDevelopers: 'Pour les développeurs',
    discovery: 'Découverte OpenID Connect',
    signingKeys: 'Clés de signature (JWKS)',
    ownApplications: 'Applications de votre organisation',
  },
}
