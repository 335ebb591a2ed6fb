import type { IdentityProvidersText } from '../shape/identity-providers.ts'

export const identityProviders: IdentityProvidersText = {
  identityProviders: {
    continueWith: 'Continuar com {provider}',
    title: 'Inicie sessão com a sua organização',
    demanded: 'A sua organização inicia sessão com {provider}.',
    linking:
      'Já tem uma conta com o endereço de e-mail indicado por {provider}. Inicie sessão nela uma vez e as duas ficarão ligadas.',
    connected: 'Contas ligadas',
    none: 'Não há outra conta ligada.',
    lastUsed: 'Última utilização: {when}',
    disconnect: 'Desligar {provider}',
    onlyWayIn:
      'Esta é a sua única forma de iniciar sessão. Defina primeiro uma senha ou adicione uma chave de acesso.',
    errors: {
      turnedBack: 'Não iniciou sessão com {provider}. Tente novamente ou inicie sessão de outra forma.',
      invalidAnswer:
        '{provider} respondeu de uma forma em que não podemos confiar. Tente novamente; se continuar a acontecer, avise os responsáveis por este serviço.',
      unavailable:
        'Não é possível contactar {provider} neste momento. Tente novamente dentro de um minuto ou inicie sessão de outra forma.',
      emailNotTrusted:
        '{provider} não confirmou o seu endereço de e-mail, por isso não sabemos qual é a sua conta. Confirme-o lá ou inicie sessão de outra forma.',
      unknownUser:
        'Não existe uma conta para a que usou com {provider}. Peça uma aos responsáveis por este serviço.',
    },
  },
}
