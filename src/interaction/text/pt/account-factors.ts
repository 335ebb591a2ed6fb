import type { AccountFactorsText } from '../shape/account-factors.ts'

export const accountFactors: AccountFactorsText = {
  twoFactor: {
    title: 'Verificação em duas etapas',
    about:
      'Depois da senha, insira um código mostrado por uma aplicação no seu telefone. Assim, uma senha roubada não basta para entrar.',
    isOn: 'Ativada',
    isOff: 'Desativada',
    setUp: 'Configurar',
    manage: 'Gerenciar',
    added: 'Configurada: {when}',
    lastUsed: 'último uso: {when}',
    remove: 'Desativar',
    removeAbout: 'A sua senha será então suficiente para entrar.',
    removeRequired: 'Na próxima vez que entrar, será preciso configurá-la de novo.',
    codesTitle: 'Códigos de recuperação',
    codesLeft: 'Não usados: {count}',
    codesFew: 'Restam poucos. Crie outros antes de precisar deles.',
    newCodes: 'Criar códigos novos',
    newCodesAbout: 'Os atuais deixam de valer.',
    errors: {
      codesMadeAlready:
        'Códigos novos já foram criados e mostrados uma vez. Se você não os viu, crie outros.',
    },
  },

  accountPasskeys: {
    title: 'Chaves de acesso',
    about: 'Entre com a impressão digital, o rosto ou o bloqueio de tela em vez de uma senha.',
    none: 'Você ainda não tem nenhuma chave de acesso.',
    manage: 'Gerenciar',
    name: 'Nome',
    add: 'Criar uma chave de acesso',
    addTitle: 'Adicionar uma chave de acesso',
    rename: 'Mudar o nome',
    save: 'Salvar',
    added: 'Adicionada: {when}',
    lastUsed: 'último uso: {when}',
    neverUsed: 'nunca usada',
    synced: 'Pode ser usada em vários dos seus dispositivos',
    bound: 'Em um só dispositivo',
    remove: 'Remover',
    removeAbout:
      'Não será mais possível entrar aqui com ela. Apague-a também no seu dispositivo ou gerenciador de senhas.',
    removeOnlyWayIn:
      'Só é possível entrar com esta chave de acesso. Defina primeiro uma senha ou adicione outra chave de acesso.',
    errors: { name: 'Insira um nome de uma linha, com no máximo 60 caracteres.' },
  },
}
