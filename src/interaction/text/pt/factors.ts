import type { FactorsText } from '../shape/factors.ts'

export const factors: FactorsText = {
  passkeys: {
    signIn: 'Entrar com uma chave de acesso',
    cancelled: 'A operação foi cancelada ou demorou demais. Você pode tentar novamente.',
    failed: 'O navegador não conseguiu usar uma chave de acesso aqui. Tente de outra forma.',
    existsAlready: 'Este dispositivo já tem uma chave de acesso para a sua conta.',
    unknown: 'Esta chave de acesso não é conhecida aqui. Ela pode ter sido removida. Entre de outra forma.',
    refused: 'Não foi possível verificar a chave de acesso. Tente novamente ou entre de outra forma.',
    tooMany: 'Não é possível ter mais chaves de acesso. Remova antes uma que você não usa mais.',
    tooManyAttempts: 'Muitas tentativas. Aguarde um pouco e tente novamente.',
    needsBrowser: 'As chaves de acesso precisam de um navegador atual com JavaScript ativado.',
    defaultName: 'Minha chave de acesso',
  },

  secondFactor: {
    title: 'Confirme a sua identidade',
    aboutCode: 'Insira o código mostrado pela sua aplicação de autenticação.',
    code: 'Código de 6 dígitos',
    submit: 'Continuar',
    aboutPasskey: 'Use uma das suas chaves de acesso para continuar.',
    usePasskey: 'Usar uma chave de acesso',
    useRecoveryCode: 'Usar um código de recuperação',
    recoveryTitle: 'Usar um código de recuperação',
    aboutRecoveryCode: 'Insira um dos códigos que guardou. Cada um vale uma vez.',
    recoveryCode: 'Código de recuperação',
    useAnotherWay: 'Usar outra forma',
    notNow: 'Agora não',
    errors: {
      codeMissing: 'Insira o código.',
      wrongCode: 'O código não está correto ou já foi usado. Insira o que é mostrado agora.',
      wrongRecoveryCode: 'O código de recuperação não está correto ou já foi usado.',
      tooManyAttempts: 'Muitas tentativas. Aguarde um pouco e tente novamente.',
    },
  },

  setUpFactor: {
    title: 'Proteja a sua conta',
    about: 'Para continuar, adicione uma segunda forma de confirmar a sua identidade.',
    totpTitle: 'Aplicação de autenticação',
    scan: 'Leia esta imagem com uma aplicação de autenticação no seu telefone.',
    qrCode: 'Código QR para a sua aplicação de autenticação',
    openApp: 'Abrir em uma aplicação deste dispositivo',
    cannotScan: 'Em vez disso, inserir uma chave',
    secret: 'Em vez disso, insira esta chave na aplicação',
    enterCode: 'Código mostrado pela aplicação',
    submit: 'Ativar',
    passkeyTitle: 'Chave de acesso',
    aboutPasskey:
      'A sua impressão digital, o seu rosto ou o bloqueio de tela confirma a sua identidade. Não é preciso digitar nada.',
    createPasskey: 'Criar uma chave de acesso',
    aboutSignInAgain:
      'O seu último início de sessão foi há algum tempo. Para que mais ninguém altere a sua conta, entre novamente primeiro.',
    signInAgain: 'Entrar novamente',
    errors: {
      wrongCode:
        'O código não está correto. Insira o que a aplicação mostra agora e verifique se o relógio do telefone está certo.',
      expired: 'Esta página ficou aberta por tempo demais. Leia a nova imagem.',
      elsewhere:
        'Uma aplicação de autenticação já foi configurada em outra aba. O que você leu nesta página não vale.',
    },
  },

  recoveryCodes: {
    title: 'Guarde os seus códigos de recuperação',
    about: 'Com um deles é possível entrar se perder o telefone ou a chave de acesso. Cada um vale uma vez.',
    keep: 'São mostrados só agora. Guarde-os em um lugar seguro, como um gerenciador de senhas.',
    saved: 'Já os guardei',
    fewTitle: 'Restam poucos códigos de recuperação',
    few: 'Códigos de recuperação restantes: {count}. Crie outros nas configurações de segurança da sua conta.',
    onward: 'Continuar',
  },
}
