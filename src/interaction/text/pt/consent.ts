import type { ConsentText } from '../shape/consent.ts'

export const consent: ConsentText = {
  selectOrganization: {
    title: 'Escolha uma organização',
    toContinueTo: 'Você pertence a várias organizações. Qual quer usar com {application}?',
    withoutApplication: 'Você pertence a várias organizações. Qual quer usar?',
    noLongerMember: 'Você não faz mais parte dessa organização. Escolha outra.',
  },

  consent: {
    title: '{application} quer acessar a sua conta',
    providedBy: 'Oferecida por {organization}',
    unknownProvider:
      'Esta aplicação se registrou por conta própria e ninguém a verificou. Permita o acesso apenas se acabou de usá-la.',
    foundAt: 'De {host}',
    knownByAddress:
      'Ninguém verificou esta aplicação. O nome é o que ela mesma informa; sabe-se apenas que é de {host}. Permita o acesso apenas se acabou de usá-la.',
    willBeAbleTo: '{application} poderá:',
    newScope: 'Novo',
    willReach: 'A aplicação poderá usar este acesso em:',
    detailMembers: {
      locations: 'Onde',
      actions: 'Ações',
      datatypes: 'Dados',
      identifier: 'Qual',
      privileges: 'Privilégios',
    },
    yes: 'Sim',
    no: 'Não',
    nothing: 'Nada',
    policy: 'Política de privacidade da aplicação',
    terms: 'Termos da aplicação',
    canAlsoSendTo: 'A aplicação também poderá levar você a:',
    choose: 'Escolher',
    chooseOne: 'Escolha uma opção para permitir o acesso.',
    sentTo: 'Em ambos os casos, você irá para {host}',
    allow: 'Permitir',
    deny: 'Recusar',
  },

  scopes: {
    openid: {
      title: 'Saber quem você é',
      description: 'Reconhecer você sempre que entrar.',
    },
    profile: {
      title: 'Ver o seu perfil',
      description: 'O seu nome, a sua foto e dados semelhantes.',
    },
    email: {
      title: 'Ver o seu endereço de e-mail',
      description: 'O seu endereço e se está verificado.',
    },
    address: {
      title: 'Ver o seu endereço postal',
      description: 'Rua, localidade e país, na medida em que os temos.',
    },
    phone: {
      title: 'Ver o seu número de telefone',
      description: 'O seu número e se está verificado.',
    },
    offline_access: {
      title: 'Manter o acesso na sua ausência',
      description: 'Continuar com este acesso enquanto você não usa a aplicação.',
    },
  },
}
