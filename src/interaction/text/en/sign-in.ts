import type { SignInText } from '../shape/sign-in.ts'

export const signIn: SignInText = {
  signIn: {
    title: 'Sign in',
    toContinueTo: 'Sign in to continue to {application}',
    email: 'Email address',
    password: 'Password',
    continue: 'Continue',
    signingInAs: 'Signing in as',
    onceMore: 'You signed in a while ago. To go on, confirm that it is still you.',
    submit: 'Sign in',
    cancel: 'Cancel',
    errors: {
      emailMissing: 'Enter your email address.',
      emailMalformed: 'Enter an email address like name@example.com.',
      passwordMissing: 'Enter your password.',
      wrongCredentials: 'The email address or the password is not right. Check both and try again.',
      tooManyAttempts: 'Too many attempts. Wait a while, then try again.',
      expired: 'You were away for a while. Please sign in again.',
      overtaken: 'Somebody signed in or out in another tab. Please sign in again here.',
    },
  },

  externalSignIn: {
    over: {
      title: 'This sign-in is over',
      message: 'It has already been used, or took too long.',
    },
    elsewhere: {
      title: 'This sign-in began in another browser',
      message:
        'Continue in the browser in which you opened the application. If you did not begin this, close this page: nobody was signed in.',
    },
    startOver: 'Continue',
  },
}
