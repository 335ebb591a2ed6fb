import type { SignInText } from '../shape/sign-in.ts'

export const signIn: SignInText = {
  signIn: {
    title: 'Entrar',
    toContinueTo: 'Entre para continuar em {application}',
    email: 'Endereço de e-mail',
    password: 'Senha',
    continue: 'Continuar',
    signingInAs: 'Entrar como',
    onceMore: 'Já faz algum tempo que você entrou. Para continuar, confirme que ainda é você.',
    submit: 'Entrar',
    cancel: 'Cancelar',
    errors: {
      emailMissing: 'Insira o seu endereço de e-mail.',
      emailMalformed: 'Insira um endereço de e-mail como name@example.com.',
      passwordMissing: 'Insira a sua senha.',
      wrongCredentials: 'Endereço de e-mail ou senha incorretos. Verifique os dois e tente novamente.',
      tooManyAttempts: 'Muitas tentativas. Aguarde um pouco e tente novamente.',
      expired: 'Passou algum tempo sem atividade. Entre novamente.',
      overtaken: 'Alguém entrou ou saiu em outra aba. Entre novamente aqui.',
    },
  },

  externalSignIn: {
    over: {
      title: 'Este acesso já terminou',
      message: 'Já foi usado ou demorou demais.',
    },
    elsewhere: {
      title: 'Este acesso começou em outro navegador',
      message:
        'Continue no navegador em que abriu a aplicação. Se não foi você quem começou, feche esta página: ninguém entrou.',
    },
    startOver: 'Continuar',
  },
}
