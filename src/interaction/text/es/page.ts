import type { PageText } from '../shape/page.ts'

export const page: PageText = {
  page: {
    errorTitle: 'Error: {page}',
    terms: 'Términos',
    privacy: 'Privacidad',
  },

  account: {
    signedInAs: 'Sesión iniciada como',
    useAnother: 'Usar otra cuenta',
    organization: 'Organización',
    changeOrganization: 'Cambiar',
  },

  home: {
    title: 'Inicio de sesión de {operator}',
    about:
      'Este servidor permite a las personas iniciar sesión en las aplicaciones que usan e indica a esas aplicaciones quiénes son.',
    signedOut: 'No ha iniciado sesión. Para usar una aplicación, ábrala: le enviará aquí.',
    signIn: 'Iniciar sesión en su cuenta',
    yourAccount: 'Su cuenta',
    signOut: 'Cerrar sesión',
    forDevelopers: 'Para desarrolladores',
    discovery: 'Descubrimiento de OpenID Connect',
    signingKeys: 'Claves de firma (JWKS)',
    ownApplications: 'Aplicaciones de su organización',
  },
}
