import type { IdentityProvidersText } from '../shape/identity-providers.ts'

export const identityProviders: IdentityProvidersText = {
  identityProviders: {
    continueWith: 'Weiter mit {provider}',
    title: 'Mit Ihrer Organisation anmelden',
    demanded: 'Ihre Organisation nutzt {provider} für die Anmeldung.',
    linking:
      'Sie haben bereits ein Konto mit der E-Mail-Adresse, die {provider} genannt hat. Melden Sie sich einmal mit diesem Konto an, dann sind beide verbunden.',
    connected: 'Verbundene Konten',
    none: 'Kein anderes Konto ist verbunden.',
    lastUsed: 'Zuletzt verwendet: {when}',
    disconnect: '{provider} trennen',
    onlyWayIn:
      'Sie können sich nur auf diesem Weg anmelden. Legen Sie zuerst ein Passwort fest oder fügen Sie einen Passkey hinzu.',
    errors: {
      turnedBack:
        'Sie haben sich nicht bei {provider} angemeldet. Versuchen Sie es erneut oder melden Sie sich anders an.',
      invalidAnswer:
        '{provider} hat auf eine Weise geantwortet, der wir nicht vertrauen können. Versuchen Sie es erneut; wenn es wieder geschieht, wenden Sie sich an die Betreiber dieses Dienstes.',
      unavailable:
        '{provider} ist gerade nicht erreichbar. Versuchen Sie es in einer Minute erneut oder melden Sie sich anders an.',
      emailNotTrusted:
        '{provider} hat Ihre E-Mail-Adresse nicht bestätigt. Deshalb wissen wir nicht, welches Konto Ihres ist. Bestätigen Sie sie dort oder melden Sie sich anders an.',
      unknownUser:
        'Zu Ihrem Konto bei {provider} gibt es hier kein Konto. Bitten Sie die Betreiber dieses Dienstes um eines.',
    },
  },
}
