import type { MailText } from './shape.ts'

export const en: MailText = {
  language: { tag: 'en', direction: 'ltr' },
  codes: {
    signIn: {
      subject: 'Your code to sign in to {operator}',
      enter: 'Enter this code to sign in to {operator}:',
    },
    signUp: {
      subject: 'Your code to create an account with {operator}',
      enter: 'Enter this code to continue creating your account with {operator}:',
    },
    signUpAgain: {
      subject: 'You already have an account with {operator}',
      enter:
        'Somebody, probably you, asked to create an account with {operator} for this address. It already has one. To sign in to it, enter this code:',
    },
    resetPassword: {
      subject: 'Your code to choose a new password for {operator}',
      enter: 'Enter this code to choose a new password for {operator}:',
    },
    verifyEmail: {
      subject: 'Confirm your email address for {operator}',
      enter: 'Enter this code to confirm that {operator} can reach you at this address:',
    },
    changeEmail: {
      subject: 'Confirm your new email address for {operator}',
      enter: 'Enter this code to use this address for your account with {operator}:',
    },
    goodFor: {
      one: 'It works for one minute, in the browser in which you asked for it.',
      other: 'It works for {count} minutes, in the browser in which you asked for it.',
    },
    notYou: 'If you did not ask for it, you can ignore this message. Nothing happens without the code.',
    keepSecret: 'Never give the code to anybody. {operator} will never ask you for it by phone or message.',
  },
  notices: {
    passwordChanged: {
      subject: 'Your password for {operator} was changed',
      message:
        'The password of your account with {operator} was just changed, and all other browsers were signed out.',
      withoutEndingOthers: 'The password of your account with {operator} was just changed.',
    },
    emailChanged: {
      subject: 'Your email address for {operator} was changed',
      message: 'Your account with {operator} now uses the address {email}, and no longer this one.',
    },
    notYou: 'If this was not you, contact {operator} right away.',
  },
}
