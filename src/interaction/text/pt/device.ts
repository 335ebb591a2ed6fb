import type { DeviceText } from '../shape/device.ts'

export const device: DeviceText = {
  device: {
    title: 'Conectar um dispositivo',
    enter: 'Insira o código que o seu dispositivo mostra.',
    compareTitle: 'Este é o código do seu dispositivo?',
    compare: 'Compare com o que o seu dispositivo mostra. Continue apenas se for igual.',
    code: 'Código',
    submit: 'Continuar',
    beware:
      'Use o código de um dispositivo que está à sua frente, e de nenhum outro lugar. Nunca enviamos um código a você.',
    errors: {
      missing: 'Insira o código que o seu dispositivo mostra.',
      malformed: 'Um código tem oito letras, como BCDF-GHJK.',
      unknown:
        'Nenhum dispositivo espera com este código. Compare cada letra com o que o seu dispositivo mostra.',
      expired: 'Este código expirou. Comece de novo no seu dispositivo para obter outro.',
      used: 'Este código já foi usado. Se o seu dispositivo não está conectado, comece de novo nele para obter outro.',
      tooManyAttempts:
        'Muitos códigos foram tentados. Aguarde alguns minutos e comece de novo no seu dispositivo.',
      stale: 'Passou algum tempo sem atividade. Verifique o código e continue.',
    },
    allowTitle: 'Permitir {application} no seu dispositivo?',
    codeShown: 'O seu dispositivo deve mostrar este código',
    asked: 'Pedido feito',
    justNow: 'Há menos de um minuto',
    address: 'Do endereço',
    nearby: '(a sua rede)',
    elsewhere: '(outra rede)',
    allowOnlyIf:
      'Permita apenas se foi você quem começou, em um dispositivo que está com você. Se alguém enviou o código ou um link a você, recuse.',
    approved: {
      title: 'O seu dispositivo está conectado',
      message: '{application} continua lá em instantes.',
    },
    denied: {
      title: 'Você recusou',
      message: '{application} não terá acesso à sua conta.',
    },
    closeWindow: 'Você pode fechar esta janela.',
  },
}
