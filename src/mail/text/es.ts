import type { MailText } from './shape.ts'

export const es: MailText = {
  language: { tag: 'es', direction: 'ltr' },
  codes: {
    signIn: {
      subject: 'Su código para iniciar sesión en {operator}',
      enter: 'Introduzca este código para iniciar sesión en {operator}:',
    },
    signUp: {
      subject: 'Su código para crear una cuenta en {operator}',
      enter: 'Introduzca este código para continuar con la creación de su cuenta en {operator}:',
    },
    signUpAgain: {
      subject: 'Ya tiene una cuenta en {operator}',
      enter:
        'Alguien, probablemente usted, ha pedido crear una cuenta en {operator} con esta dirección, que ya tiene una. Para iniciar sesión en ella, introduzca este código:',
    },
    resetPassword: {
      subject: 'Su código para elegir una nueva contraseña de {operator}',
      enter: 'Introduzca este código para elegir una nueva contraseña de {operator}:',
    },
    verifyEmail: {
      subject: 'Confirme su correo electrónico para {operator}',
      enter: 'Introduzca este código para confirmar que {operator} puede escribirle a esta dirección:',
    },
    changeEmail: {
      subject: 'Confirme su nuevo correo electrónico para {operator}',
      enter: 'Introduzca este código para usar esta dirección en su cuenta de {operator}:',
    },
    goodFor: {
      one: 'Es válido durante un minuto y solo en el navegador en el que lo pidió.',
      other: 'Es válido durante {count} minutos y solo en el navegador en el que lo pidió.',
    },
    notYou: 'Si no lo ha pedido, puede ignorar este mensaje. Sin el código no ocurre nada.',
    keepSecret: 'No dé el código a nadie. {operator} nunca se lo pedirá por teléfono ni por mensaje.',
  },
  notices: {
    passwordChanged: {
      subject: 'Se ha cambiado su contraseña de {operator}',
      message:
        'Se acaba de cambiar la contraseña de su cuenta de {operator} y se ha cerrado la sesión en los demás navegadores.',
      withoutEndingOthers: 'Se acaba de cambiar la contraseña de su cuenta de {operator}.',
    },
    emailChanged: {
      subject: 'Se ha cambiado su correo electrónico de {operator}',
      message: 'Su cuenta de {operator} usa ahora la dirección {email} en lugar de esta.',
    },
    notYou: 'Si no ha sido usted, póngase en contacto con {operator} de inmediato.',
  },
}
