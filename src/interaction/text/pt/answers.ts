import type { AnswersText } from '../shape/answers.ts'

export const answers: AnswersText = {
  formPost: {
    title: 'Voltar a {application}',
    about: 'Você vai voltar à aplicação. Se nada acontecer, pressione o botão.',
    submit: 'Continuar',
  },

  leaving: {
    title: '{application} não conseguiu iniciar a sua sessão',
    unchecked:
      'Ninguém verificou esta aplicação nem para onde ela leva você. Continue apenas se acabou de usá-la e conhece este endereço.',
    destination: 'A aplicação quer levar você a',
    problem: 'O que deu errado',
    continue: 'Continuar para {host}',
    problems: {
      silent: 'A aplicação tentou iniciar a sua sessão sem mostrar nada, e isso não é possível agora.',
      somebodyElse: 'A aplicação esperava que outra pessoa entrasse.',
      authentication: 'A aplicação exige uma forma de entrar que não existe aqui.',
      expired: 'O pedido da aplicação expirou ou já foi respondido. Volte a ela e comece de novo.',
      scope: 'A aplicação pediu um acesso que não pode ter.',
      access: 'A aplicação não recebeu acesso à sua conta.',
      unavailable: 'Não podemos responder à aplicação agora.',
      request: 'O pedido da aplicação não está correto. Só os responsáveis por ela podem mudar isso.',
    },
  },
}
