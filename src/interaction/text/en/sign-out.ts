import type { SignOutText } from '../shape/sign-out.ts'

export const signOut: SignOutText = {
  confirmSignOut: {
    title: 'Do you want to sign out?',
    askedBy: '{application} asks to sign you out.',
    consequence: 'You will have to sign in again to use your applications in this browser.',
    signOut: 'Sign out',
    stay: 'Cancel',
  },

  signedOut: {
    title: 'You are signed out',
    message: 'To sign in again, open the application you want to use. You can close this page.',
    wantsToSend: '{application} wants to send you to {host}',
    goesOn: 'The applications you used in this browser are being told as well.',
    continueTo: 'Continue to {application}',
    continue: 'Continue',
  },
}
