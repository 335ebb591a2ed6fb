import type { ErrorsText } from '../shape/errors.ts'

export const errors: ErrorsText = {
  errorPage: {
    reference: 'Referência',
    forDevelopers: 'Detalhes para desenvolvedores',
  },

  errors: {
    notFound: {
      title: 'Página não encontrada',
      message: 'Verifique o endereço, ou volte à aplicação de onde veio e comece de novo.',
    },
    tooManyRequests: {
      title: 'Muitos pedidos',
      message: 'Aguarde um minuto e tente novamente.',
    },
    unexpected: {
      title: 'Algo deu errado',
      message: 'O erro é nosso, não seu. Tente novamente; se continuar, informe-nos a referência abaixo.',
    },
    unavailable: {
      title: 'Voltamos já',
      message: 'O serviço não consegue responder agora. Tente novamente em um minuto.',
    },
    busy: {
      title: 'Há muita gente aqui neste momento',
      message:
        'O que você enviou ainda não foi verificado. Aguarde alguns segundos e recarregue esta página para enviar novamente.',
    },
    unknownApplication: {
      title: 'Não conhecemos esta aplicação',
      message:
        'O link que trouxe você aqui indica uma aplicação que não está registrada. Avise os responsáveis por ela.',
    },
    undescribedApplication: {
      title: 'Não é possível reconhecer esta aplicação',
      message:
        'A aplicação se descreve em um endereço próprio, e não conseguimos ler essa descrição agora. Tente novamente em um minuto; se continuar, avise os responsáveis por ela.',
    },
    untrustedReturnAddress: {
      title: 'Paramos para a sua segurança',
      message:
        'A aplicação pediu que levássemos você a um endereço que ela nunca registrou. Avise os responsáveis por ela.',
    },
    malformedRequest: {
      title: 'Não podemos usar este link',
      message: 'Há algo errado no link que trouxe você aqui. Volte à aplicação e tente novamente.',
    },
    unreachableRequest: {
      title: 'A aplicação não informou o que quer',
      message:
        'Ela guarda o pedido em um endereço próprio, e não conseguimos obtê-lo agora. Tente novamente em um minuto; se continuar, avise os responsáveis por ela.',
    },
    requestExpired: {
      title: 'Esta página expirou',
      message: 'Volte à aplicação de onde veio e comece de novo.',
    },
    deviceCodeExpired: {
      title: 'Este código expirou',
      message: 'Comece de novo no seu dispositivo para obter outro.',
    },
    deviceCodeUsed: {
      title: 'Este código já foi usado',
      message:
        'Se você acabou de responder, está tudo pronto e pode fechar esta janela. Se o seu dispositivo não está conectado, comece de novo nele para obter outro código.',
    },
    goneMeanwhile: {
      title: 'Isto acabou de ser removido',
      message:
        'Alguém excluiu aquilo de que trata esta página enquanto você a usava. Volte para onde estava e comece de novo.',
    },
    unreadableForm: {
      title: 'Não conseguimos ler o que foi enviado',
      message:
        'É maior do que tudo o que esta página envia, ou não é um formulário dela. Volte e envie menos.',
    },
    formNotOurs: {
      title: 'Não conseguimos confirmar que isto veio de você',
      message:
        'Talvez você tenha entrado ou saído em outra aba, ou os cookies estejam bloqueados para este site. Volte à aplicação de onde veio e comece de novo.',
    },
  },
}
