import type { FactorsText } from '../shape/factors.ts'

export const factors: FactorsText = {
  passkeys: {
    signIn: 'Sign in with a passkey',
    cancelled: 'That was cancelled, or took too long. You can try again.',
    failed: 'Your browser could not use a passkey here. Try another way.',
    existsAlready: 'This device already has a passkey for your account.',
    unknown: 'This passkey is not known here. It may have been removed. Sign in another way.',
    refused: 'The passkey could not be verified. Try again, or sign in another way.',
    tooMany: 'You have as many passkeys as you can have. Remove one you no longer use first.',
    tooManyAttempts: 'Too many attempts. Wait a while, then try again.',
    needsBrowser: 'Passkeys need a current browser with JavaScript switched on.',
    defaultName: 'Passkey',
  },

  secondFactor: {
    title: 'Confirm it’s you',
    aboutCode: 'Enter the code that your authenticator app shows.',
    code: '6-digit code',
    submit: 'Continue',
    aboutPasskey: 'Use one of your passkeys to continue.',
    usePasskey: 'Use a passkey',
    useRecoveryCode: 'Use a recovery code',
    recoveryTitle: 'Use a recovery code',
    aboutRecoveryCode: 'Enter one of the codes that you saved. Each works once.',
    recoveryCode: 'Recovery code',
    useAnotherWay: 'Use another way',
    notNow: 'Not now',
    errors: {
      codeMissing: 'Enter the code.',
      wrongCode: 'The code is not right, or was used before. Enter the one that is shown now.',
      wrongRecoveryCode: 'The recovery code is not right, or was used before.',
      tooManyAttempts: 'Too many attempts. Wait a while, then try again.',
    },
  },

  setUpFactor: {
    title: 'Protect your account',
    about: 'To continue, add a second way to confirm that it’s you.',
    totpTitle: 'Authenticator app',
    scan: 'Scan this picture with an authenticator app on your phone.',
    qrCode: 'QR code for your authenticator app',
    openApp: 'Open in an app on this device',
    cannotScan: 'Type a key instead',
    secret: 'Enter this key in the app instead',
    enterCode: 'Code that the app shows',
    submit: 'Turn on',
    passkeyTitle: 'Passkey',
    aboutPasskey: 'Your fingerprint, face or screen lock confirms that it’s you. There is nothing to type.',
    createPasskey: 'Create a passkey',
    aboutSignInAgain:
      'Your sign-in was some time ago. To keep others out of your account, sign in again first.',
    signInAgain: 'Sign in again',
    errors: {
      wrongCode:
        'The code is not right. Enter the one that the app shows now; check that the clock of your phone is right.',
      expired: 'This page was open for too long. Scan the new picture.',
      elsewhere:
        'An authenticator app was set up here in another tab. What you scanned on this page does not count.',
    },
  },

  recoveryCodes: {
    title: 'Save your recovery codes',
    about: 'If you lose your phone or your passkey, one of these lets you in. Each works once.',
    keep: 'They are shown only now. Keep them in a safe place, such as a password manager.',
    saved: 'I have saved them',
    fewTitle: 'Few recovery codes are left',
    few: 'Recovery codes left: {count}. Make new ones in the security settings of your account.',
    onward: 'Continue',
  },
}
