import type { AccountFactorsText } from '../shape/account-factors.ts'

export const accountFactors: AccountFactorsText = {
  twoFactor: {
    title: 'Anmeldung in zwei Schritten',
    about:
      'Nach Ihrem Passwort geben Sie einen Code aus einer App auf Ihrem Telefon ein. Ein gestohlenes Passwort allein öffnet dann nichts.',
    isOn: 'Eingeschaltet',
    isOff: 'Ausgeschaltet',
    setUp: 'Einrichten',
    manage: 'Verwalten',
    added: 'Eingerichtet: {when}',
    lastUsed: 'zuletzt verwendet: {when}',
    remove: 'Ausschalten',
    removeAbout: 'Zum Anmelden genügt dann Ihr Passwort allein.',
    removeRequired: 'Bei Ihrer nächsten Anmeldung werden Sie gebeten, sie wieder einzurichten.',
    codesTitle: 'Wiederherstellungscodes',
    codesLeft: 'Nicht verwendet: {count}',
    codesFew: 'Es sind nur noch wenige. Erstellen Sie neue, bevor Sie sie brauchen.',
    newCodes: 'Neue Codes erstellen',
    newCodesAbout: 'Die bisherigen gelten dann nicht mehr.',
    errors: {
      codesMadeAlready:
        'Neue Codes wurden bereits erstellt und einmal angezeigt. Falls Sie sie nicht gesehen haben, erstellen Sie noch einmal neue.',
    },
  },

  accountPasskeys: {
    title: 'Passkeys',
    about: 'Melden Sie sich mit Fingerabdruck, Gesicht oder Bildschirmsperre an statt mit einem Passwort.',
    none: 'Sie haben noch keinen Passkey.',
    manage: 'Verwalten',
    name: 'Bezeichnung',
    add: 'Passkey erstellen',
    addTitle: 'Passkey hinzufügen',
    rename: 'Umbenennen',
    save: 'Speichern',
    added: 'Hinzugefügt: {when}',
    lastUsed: 'zuletzt verwendet: {when}',
    neverUsed: 'noch nie verwendet',
    synced: 'Kann auf mehreren Ihrer Geräte verwendet werden',
    bound: 'Nur auf einem Gerät',
    remove: 'Entfernen',
    removeAbout:
      'Sie können sich hier nicht mehr damit anmelden. Löschen Sie ihn auch auf Ihrem Gerät oder in Ihrem Passwortmanager.',
    removeOnlyWayIn:
      'Sie können sich nur mit diesem Passkey anmelden. Legen Sie zuerst ein Passwort fest oder fügen Sie einen weiteren Passkey hinzu.',
    errors: { name: 'Geben Sie eine einzeilige Bezeichnung mit höchstens 60 Zeichen ein.' },
  },
}
