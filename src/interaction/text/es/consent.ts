import type { ConsentText } from '../shape/consent.ts'

export const consent: ConsentText = {
  selectOrganization: {
    title: 'Elija una organización',
    toContinueTo: 'Usted pertenece a varias organizaciones. ¿Cuál quiere usar con {application}?',
    withoutApplication: 'Usted pertenece a varias organizaciones. ¿Cuál quiere usar?',
    noLongerMember: 'Usted ya no es miembro de esa organización. Elija otra.',
  },

  consent: {
    title: '{application} quiere acceder a su cuenta',
    providedBy: 'Ofrecida por {organization}',
    unknownProvider:
      'Esta aplicación se registró por sí misma y nadie la ha comprobado. Permita el acceso solo si la estaba usando en este momento.',
    foundAt: 'De {host}',
    knownByAddress:
      'Nadie ha comprobado esta aplicación. Su nombre lo ha indicado ella misma; solo se sabe que procede de {host}. Permita el acceso solo si la estaba usando en este momento.',
    willBeAbleTo: '{application} podrá:',
    newScope: 'Nuevo',
    willReach: 'La aplicación podrá usar este acceso en:',
    detailMembers: {
      locations: 'Lugar',
      actions: 'Acciones',
      datatypes: 'Datos',
      identifier: 'Elemento',
      privileges: 'Privilegios',
    },
    yes: 'Sí',
    no: 'No',
    nothing: 'Nada',
    policy: 'Política de privacidad de la aplicación',
    terms: 'Términos de la aplicación',
    canAlsoSendTo: 'La aplicación también podrá enviarle a:',
    choose: 'Elegir',
    chooseOne: 'Elija una opción para permitir el acceso.',
    sentTo: 'En ambos casos se le enviará a {host}',
    allow: 'Permitir',
    deny: 'Denegar',
  },

  scopes: {
    openid: {
      title: 'Saber quién es usted',
      description: 'Reconocerle cada vez que inicie sesión.',
    },
    profile: {
      title: 'Ver su perfil',
      description: 'Su nombre, su foto y datos similares.',
    },
    email: {
      title: 'Ver su correo electrónico',
      description: 'Su dirección y si está verificada.',
    },
    address: {
      title: 'Ver su dirección postal',
      description: 'Calle, localidad y país, en la medida en que los tengamos.',
    },
    phone: {
      title: 'Ver su número de teléfono',
      description: 'Su número y si está verificado.',
    },
    offline_access: {
      title: 'Mantener la conexión cuando usted no está',
      description: 'Conservar este acceso mientras no use la aplicación.',
    },
  },
}
