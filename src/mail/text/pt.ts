import type { MailText } from './shape.ts'

export const pt: MailText = {
  language: { tag: 'pt', direction: 'ltr' },
  codes: {
    signIn: {
      subject: 'O seu código para entrar em {operator}',
      enter: 'Insira este código para entrar em {operator}:',
    },
    signUp: {
      subject: 'O seu código para criar uma conta em {operator}',
      enter: 'Insira este código para continuar a criação da sua conta em {operator}:',
    },
    signUpAgain: {
      subject: 'Você já tem uma conta em {operator}',
      enter:
        'Alguém, provavelmente você, pediu a criação de uma conta em {operator} para este endereço, que já tem uma. Para entrar nela, insira este código:',
    },
    resetPassword: {
      subject: 'O seu código para escolher uma nova senha de {operator}',
      enter: 'Insira este código para escolher uma nova senha de {operator}:',
    },
    verifyEmail: {
      subject: 'Confirme o seu e-mail para {operator}',
      enter: 'Insira este código para confirmar que {operator} pode escrever para você neste endereço:',
    },
    changeEmail: {
      subject: 'Confirme o seu novo e-mail para {operator}',
      enter: 'Insira este código para usar este endereço na sua conta em {operator}:',
    },
    goodFor: {
      one: 'É válido por {count} minuto, apenas no navegador em que foi pedido.',
      other: 'É válido por {count} minutos, apenas no navegador em que foi pedido.',
    },
    notYou: 'Se você não pediu este código, ignore esta mensagem. Sem o código, nada acontece.',
    keepSecret: 'Não dê o código a ninguém. {operator} nunca o pedirá por telefone ou mensagem.',
  },
  notices: {
    passwordChanged: {
      subject: 'A sua senha de {operator} foi alterada',
      message:
        'A senha da sua conta em {operator} acaba de ser alterada e a sessão foi encerrada em todos os outros navegadores.',
      withoutEndingOthers: 'A senha da sua conta em {operator} acaba de ser alterada.',
    },
    emailChanged: {
      subject: 'O seu e-mail de {operator} foi alterado',
      message: 'A sua conta em {operator} agora usa o endereço {email}, e não mais este.',
    },
    notYou: 'Se não reconhece esta alteração, contate {operator} imediatamente.',
  },
}
