import type { PageText } from '../shape/page.ts'

export const page: PageText = {
  page: {
    errorTitle: 'Erro: {page}',
    terms: 'Termos',
    privacy: 'Privacidade',
  },

  account: {
    signedInAs: 'Sessão iniciada como',
    useAnother: 'Usar outra conta',
    organization: 'Organização',
    changeOrganization: 'Mudar',
  },

  home: {
    title: 'Acesso a {operator}',
    about:
      'Este servidor dá às pessoas acesso às aplicações que elas usam e informa a essas aplicações quem elas são.',
    signedOut: 'Você não iniciou sessão. Para usar uma aplicação, abra-a: ela traz você até aqui.',
    signIn: 'Entrar na sua conta',
    yourAccount: 'A sua conta',
    signOut: 'Sair',
    forDevelopers: 'Para desenvolvedores',
    discovery: 'Descoberta do OpenID Connect',
    signingKeys: 'Chaves de assinatura (JWKS)',
    ownApplications: 'Aplicações da sua organização',
  },
}
