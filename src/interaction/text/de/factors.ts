import type { FactorsText } from '../shape/factors.ts'

/* A heading may not fit on a line of a phone: the longest words say where they break. */
export const factors: FactorsText = {
  passkeys: {
    signIn: 'Mit einem Passkey anmelden',
    cancelled: 'Das wurde abgebrochen oder hat zu lange gedauert. Sie können es noch einmal versuchen.',
    failed: 'Ihr Browser konnte hier keinen Passkey verwenden. Versuchen Sie es auf einem anderen Weg.',
    existsAlready: 'Auf diesem Gerät gibt es bereits einen Passkey für Ihr Konto.',
    unknown:
      'Dieser Passkey ist hier nicht bekannt. Vielleicht wurde er entfernt. Melden Sie sich auf einem anderen Weg an.',
    refused:
      'Der Passkey konnte nicht geprüft werden. Versuchen Sie es noch einmal oder melden Sie sich auf einem anderen Weg an.',
    tooMany: 'Mehr Passkeys sind nicht möglich. Entfernen Sie zuerst einen, den Sie nicht mehr verwenden.',
    tooManyAttempts: 'Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann noch einmal.',
    needsBrowser: 'Für Passkeys brauchen Sie einen aktuellen Browser mit eingeschaltetem JavaScript.',
    defaultName: 'Mein Passkey',
  },

  secondFactor: {
    title: 'Bestätigen Sie, dass Sie es sind',
    aboutCode: 'Geben Sie den Code ein, den Ihre Authenticator-App anzeigt.',
    code: 'Sechsstelliger Code',
    submit: 'Weiter',
    aboutPasskey: 'Verwenden Sie einen Ihrer Passkeys, um fortzufahren.',
    usePasskey: 'Passkey verwenden',
    useRecoveryCode: 'Wiederherstellungscode verwenden',
    recoveryTitle: 'Wiederherstellungs\u00adcode verwenden',
    aboutRecoveryCode: 'Geben Sie einen der Codes ein, die Sie gespeichert haben. Jeder gilt einmal.',
    recoveryCode: 'Wiederherstellungscode',
    useAnotherWay: 'Anderen Weg wählen',
    notNow: 'Jetzt nicht',
    errors: {
      codeMissing: 'Geben Sie den Code ein.',
      wrongCode:
        'Der Code ist nicht richtig oder wurde schon verwendet. Geben Sie den ein, der jetzt angezeigt wird.',
      wrongRecoveryCode: 'Der Wiederherstellungscode ist nicht richtig oder wurde schon verwendet.',
      tooManyAttempts: 'Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann noch einmal.',
    },
  },

  setUpFactor: {
    title: 'Schützen Sie Ihr Konto',
    about:
      'Richten Sie einen zweiten Weg ein, auf dem Sie bestätigen, dass Sie es sind. Dann geht es weiter.',
    totpTitle: 'Authenticator-App',
    scan: 'Scannen Sie dieses Bild mit einer Authenticator-App auf Ihrem Telefon.',
    qrCode: 'QR-Code für Ihre Authenticator-App',
    openApp: 'In einer App auf diesem Gerät öffnen',
    cannotScan: 'Stattdessen einen Schlüssel eintippen',
    secret: 'Geben Sie stattdessen diesen Schlüssel in der App ein',
    enterCode: 'Code, den die App anzeigt',
    submit: 'Einschalten',
    passkeyTitle: 'Passkey',
    aboutPasskey:
      'Ihr Fingerabdruck, Ihr Gesicht oder die Bildschirmsperre bestätigt, dass Sie es sind. Sie müssen nichts eintippen.',
    createPasskey: 'Passkey erstellen',
    aboutSignInAgain:
      'Ihre Anmeldung liegt eine Weile zurück. Damit niemand anderes Ihr Konto ändert, melden Sie sich zuerst noch einmal an.',
    signInAgain: 'Noch einmal anmelden',
    errors: {
      wrongCode:
        'Der Code ist nicht richtig. Geben Sie den ein, den die App jetzt anzeigt, und prüfen Sie, ob die Uhr Ihres Telefons richtig geht.',
      expired: 'Diese Seite war zu lange geöffnet. Scannen Sie das neue Bild.',
      elsewhere:
        'In einem anderen Tab wurde bereits eine Authenticator-App eingerichtet. Was Sie auf dieser Seite gescannt haben, gilt nicht.',
    },
  },

  recoveryCodes: {
    title: 'Speichern Sie Ihre Wiederherstellungs\u00adcodes',
    about:
      'Damit kommen Sie in Ihr Konto, wenn Sie Ihr Telefon oder Ihren Passkey verlieren. Jeder gilt einmal.',
    keep: 'Sie werden nur jetzt angezeigt. Bewahren Sie sie an einem sicheren Ort auf, etwa in einem Passwortmanager.',
    saved: 'Ich habe sie gespeichert',
    fewTitle: 'Nur noch wenige Wiederherstellungs\u00adcodes',
    few: 'Verbleibende Wiederherstellungscodes: {count}. Erstellen Sie in den Sicherheitseinstellungen Ihres Kontos neue.',
    onward: 'Weiter',
  },
}
