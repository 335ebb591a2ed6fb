import type { AccountFactorsText } from '../shape/account-factors.ts'

export const accountFactors: AccountFactorsText = {
  twoFactor: {
    title: 'Two-step sign-in',
    about:
      'After your password you enter a code from an app on your phone. A stolen password alone then opens nothing.',
    isOn: 'On',
    isOff: 'Off',
    setUp: 'Set up',
    manage: 'Manage',
    added: 'Set up {when}',
    lastUsed: 'last used {when}',
    remove: 'Turn off',
    removeAbout: 'Your password alone will then be enough to sign in.',
    removeRequired: 'You will be asked to set it up again the next time you sign in.',
    codesTitle: 'Recovery codes',
    codesLeft: 'Unused: {count}',
    codesFew: 'Few are left. Make new ones before you need them.',
    newCodes: 'Make new codes',
    newCodesAbout: 'The ones that you have now stop working.',
    errors: {
      codesMadeAlready:
        'New codes were already made, and shown once. If you did not see them, make new ones again.',
    },
  },

  accountPasskeys: {
    title: 'Passkeys',
    about: 'Sign in with your fingerprint, face or screen lock instead of a password.',
    none: 'You have no passkey yet.',
    manage: 'Manage',
    name: 'Name',
    add: 'Create a passkey',
    addTitle: 'Add a passkey',
    rename: 'Rename',
    save: 'Save',
    added: 'Added {when}',
    lastUsed: 'last used {when}',
    neverUsed: 'never used',
    synced: 'Can be used on several of your devices',
    bound: 'On one device only',
    remove: 'Remove',
    removeAbout:
      'You can no longer sign in here with it. Delete it in your device or password manager as well.',
    removeOnlyWayIn: 'You can sign in only with this passkey. Set a password or add another passkey first.',
    errors: { name: 'Enter a name of one line, with at most 60 characters.' },
  },
}
