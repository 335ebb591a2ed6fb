import type { AnswersText } from '../shape/answers.ts'

export const answers: AnswersText = {
  formPost: {
    title: 'Back to {application}',
    about: 'You are being sent back. If nothing happens, press the button.',
    submit: 'Continue',
  },

  leaving: {
    title: '{application} could not sign you in',
    unchecked:
      'Nobody has checked this application or where it sends you. Continue only if you were just using it and know this address.',
    destination: 'It wants to send you to',
    problem: 'What went wrong',
    continue: 'Continue to {host}',
    problems: {
      silent: 'It tried to sign you in without showing you anything, and that is not possible just now.',
      somebodyElse: 'It expected somebody else to sign in.',
      authentication: 'It demands a way of signing in that does not exist here.',
      expired: 'What it asked for has expired, or was answered before. Go back to it and start again.',
      scope: 'It asked for access that it cannot have.',
      access: 'It was not given access to your account.',
      unavailable: 'We cannot answer it just now.',
      request: 'Its request is not valid. Only the people who run it can change that.',
    },
  },
}
