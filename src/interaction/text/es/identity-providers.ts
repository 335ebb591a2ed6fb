import type { IdentityProvidersText } from '../shape/identity-providers.ts'

export const identityProviders: IdentityProvidersText = {
  identityProviders: {
    continueWith: 'Continuar con {provider}',
    title: 'Inicie sesión con su organización',
    demanded: 'Su organización usa {provider} para iniciar sesión.',
    linking:
      'Ya tiene una cuenta con la dirección de correo electrónico que indicó {provider}. Inicie sesión en ella una vez y las dos quedarán conectadas.',
    connected: 'Cuentas conectadas',
    none: 'No hay ninguna otra cuenta conectada.',
    lastUsed: 'Último uso: {when}',
    disconnect: 'Desconectar {provider}',
    onlyWayIn:
      'Es su única forma de iniciar sesión. Cree primero una contraseña o añada una llave de acceso.',
    errors: {
      turnedBack: 'No inició sesión con {provider}. Inténtelo de nuevo o inicie sesión de otra forma.',
      invalidAnswer:
        '{provider} respondió de una forma en la que no podemos confiar. Inténtelo de nuevo; si sigue ocurriendo, avise a quienes gestionan este servicio.',
      unavailable:
        'No es posible conectar con {provider} en este momento. Inténtelo de nuevo en un minuto o inicie sesión de otra forma.',
      emailNotTrusted:
        '{provider} no confirmó su dirección de correo electrónico, por lo que no sabemos qué cuenta es la suya. Confírmela allí o inicie sesión de otra forma.',
      unknownUser:
        'Aquí no hay ninguna cuenta que corresponda a la que usó con {provider}. Solicítela a quienes gestionan este servicio.',
    },
  },
}
