import type { ErrorsText } from '../shape/errors.ts'

export const errors: ErrorsText = {
  errorPage: {
    reference: 'Reference',
    forDevelopers: 'Details for developers',
  },

  errors: {
    notFound: {
      title: 'Page not found',
      message: 'Check the address, or go back to the application you came from and start again.',
    },
    tooManyRequests: {
      title: 'Too many requests',
      message: 'Wait a minute, then try again.',
    },
    unexpected: {
      title: 'Something went wrong',
      message: 'This is our fault, not yours. Try again; if it keeps happening, tell us the reference below.',
    },
    unavailable: {
      title: 'We will be right back',
      message: 'The service cannot answer just now. Try again in a minute.',
    },
    busy: {
      title: 'Many people are here just now',
      message:
        'What you sent has not been looked at. Wait a few seconds, then reload this page to send it again.',
    },
    unknownApplication: {
      title: 'We do not know this application',
      message:
        'The link that brought you here names an application that is not registered. Tell the people who run it.',
    },
    undescribedApplication: {
      title: 'This application cannot be recognized',
      message:
        'It describes itself at an address of its own, and we could not read that just now. Try again in a minute; if it keeps happening, tell the people who run it.',
    },
    untrustedReturnAddress: {
      title: 'We stopped for your safety',
      message:
        'The application asked us to send you to an address that it never registered. Tell the people who run it.',
    },
    malformedRequest: {
      title: 'We cannot use this link',
      message:
        'Something in the link that brought you here is wrong. Go back to the application and try again.',
    },
    unreachableRequest: {
      title: 'The application did not say what it wants',
      message:
        'It keeps its request at an address of its own, and we could not read that just now. Try again in a minute; if it keeps happening, tell the people who run it.',
    },
    requestExpired: {
      title: 'This page has expired',
      message: 'Go back to the application you came from and start again.',
    },
    deviceCodeExpired: {
      title: 'This code has expired',
      message: 'Start again on your device to get a new one.',
    },
    deviceCodeUsed: {
      title: 'This code has already been used',
      message:
        'If you have just answered, you are done and can close this window. If your device is not connected, start again there to get a new code.',
    },
    goneMeanwhile: {
      title: 'This has just been removed',
      message:
        'Somebody deleted what this page is about while you were using it. Go back to where you came from and start again.',
    },
    unreadableForm: {
      title: 'We could not read what was sent',
      message: 'It is larger than anything this page sends, or no form of it. Go back, and send less.',
    },
    formNotOurs: {
      title: 'We could not confirm that this came from you',
      message:
        'Perhaps you signed in or out in another tab, or cookies are blocked for this site. Go back to the application you came from and start again.',
    },
  },
}
