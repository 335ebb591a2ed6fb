import type { IdentityProvidersText } from '../shape/identity-providers.ts'

export const identityProviders: IdentityProvidersText = {
  identityProviders: {
    continueWith: 'Continuar com {provider}',
    title: 'Entre com a sua organização',
    demanded: 'A sua organização usa {provider} para entrar.',
    linking:
      'Você já tem uma conta com o endereço de e-mail indicado por {provider}. Entre nela uma vez e as duas ficarão conectadas.',
    connected: 'Contas conectadas',
    none: 'Nenhuma outra conta está conectada.',
    lastUsed: 'Último uso: {when}',
    disconnect: 'Desconectar {provider}',
    onlyWayIn: 'Esta é a sua única forma de entrar. Crie primeiro uma senha ou adicione uma chave de acesso.',
    errors: {
      turnedBack: 'Você não entrou com {provider}. Tente novamente ou entre de outra forma.',
      invalidAnswer:
        '{provider} respondeu de uma forma em que não podemos confiar. Tente novamente; se continuar acontecendo, avise os responsáveis por este serviço.',
      unavailable:
        'Não é possível acessar {provider} neste momento. Tente novamente em um minuto ou entre de outra forma.',
      emailNotTrusted:
        '{provider} não confirmou o seu endereço de e-mail, por isso não sabemos qual é a sua conta. Confirme-o lá ou entre de outra forma.',
      unknownUser:
        'Não existe aqui uma conta que corresponda à que você usou com {provider}. Peça uma aos responsáveis por este serviço.',
    },
  },
}
