import type { FailureText } from '../shape/failure.ts'

export const failure: FailureText = {
  failure: {
    keepReference: 'If you ask for help, include it: it tells what happened here.',
    onlyYou: 'Only developers are shown this part.',
    origins: {
      sent: 'What was sent',
      registered: 'What is registered',
      found: 'What follows',
    },
    nothing: 'Nothing',
  },
}
