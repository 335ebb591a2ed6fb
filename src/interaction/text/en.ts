import type { Text } from './text.ts'

export const en: Text = {
  language: { tag: 'en', direction: 'ltr' },

  page: {
    errorTitle: 'Error: {page}',
    terms: 'Terms',
    privacy: 'Privacy',
  },

  account: {
    signedInAs: 'Signed in as',
    useAnother: 'Use another account',
    organization: 'Organization',
    changeOrganization: 'Change',
  },

  signIn: {
    title: 'Sign in',
    toContinueTo: 'Sign in to continue to {application}',
    email: 'Email address',
    password: 'Password',
    submit: 'Sign in',
    cancel: 'Cancel',
    errors: {
      emailMissing: 'Enter your email address.',
      emailMalformed: 'Enter an email address like name@example.com.',
      passwordMissing: 'Enter your password.',
      wrongCredentials: 'The email address or the password is not right. Check both and try again.',
      tooManyAttempts: 'Too many attempts. Wait a while, then try again.',
      expired: 'You were away for a while. Please sign in again.',
    },
  },

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
      request: 'It asked in a way that is not right. Only the people who run it can change that.',
    },
  },

  selectOrganization: {
    title: 'Choose an organization',
    toContinueTo: 'You belong to several. Which one do you want to use with {application}?',
    withoutApplication: 'You belong to several. Which one do you want to use?',
    noLongerMember: 'You are no longer a member of that organization. Choose another one.',
  },

  consent: {
    title: '{application} wants access to your account',
    providedBy: 'Provided by {organization}',
    unknownProvider:
      'This application registered itself and nobody has checked it. Allow it only if you were just using it.',
    foundAt: 'From {host}',
    knownByAddress:
      'Nobody has checked this application. Its name is what it says itself; all that is known is that it is from {host}. Allow it only if you were just using it.',
    willBeAbleTo: '{application} will be able to:',
    newScope: 'New',
    willReach: 'It can use this access at:',
    detailMembers: {
      locations: 'Where',
      actions: 'Actions',
      datatypes: 'Data',
      identifier: 'Which one',
      privileges: 'Privileges',
    },
    yes: 'Yes',
    no: 'No',
    nothing: 'Nothing',
    policy: 'Its privacy policy',
    terms: 'Its terms',
    canAlsoSendTo: 'It will be able to send you to:',
    choose: 'Choose',
    chooseOne: 'Choose one to allow this.',
    sentTo: 'Either way, you will be sent to {host}',
    allow: 'Allow',
    deny: 'Deny',
  },

  device: {
    title: 'Connect a device',
    enter: 'Type the code that your device shows.',
    compareTitle: 'Is this the code on your device?',
    compare: 'Compare it with what your device shows. Go on only if it is the same.',
    code: 'Code',
    submit: 'Continue',
    beware: 'Use a code from a device in front of you, and from nowhere else. We never send you one.',
    errors: {
      missing: 'Type the code that your device shows.',
      malformed: 'A code has eight letters, like BCDF-GHJK.',
      unknown: 'No device waits with this code. Compare each letter with what your device shows.',
      expired: 'This code has expired. Start again on your device to get a new one.',
      used: 'This code was used already. If your device is not connected, start again there to get a new one.',
      tooManyAttempts: 'Too many codes were tried. Wait a few minutes, then start again on your device.',
      stale: 'You were away for a while. Check the code and continue.',
    },
    allowTitle: 'Allow {application} on your device?',
    codeShown: 'Your device must show this code',
    asked: 'It asked',
    justNow: 'Less than a minute ago',
    minutesAgo: '{minutes} min ago',
    address: 'From the address',
    nearby: '(your network)',
    elsewhere: '(not your network)',
    allowOnlyIf:
      'Allow this only if you started it yourself, on a device you have with you. If somebody sent you the code or a link, deny.',
    approved: {
      title: 'Your device is connected',
      message: '{application} goes on there in a moment.',
    },
    denied: {
      title: 'You denied it',
      message: '{application} gets no access to your account.',
    },
    closeWindow: 'You can close this window.',
  },

  scopes: {
    openid: {
      title: 'Know who you are',
      description: 'Recognize you each time you sign in.',
    },
    profile: {
      title: 'See your profile',
      description: 'Your name, picture and similar details.',
    },
    email: {
      title: 'See your email address',
      description: 'Your address and whether it is verified.',
    },
    address: {
      title: 'See your postal address',
      description: 'Street, place and country, as far as we have them.',
    },
    phone: {
      title: 'See your phone number',
      description: 'Your number and whether it is verified.',
    },
    offline_access: {
      title: 'Stay connected when you are away',
      description: 'Keep this access while you are not using the application.',
    },
  },

  externalSignIn: {
    over: {
      title: 'This sign-in is over',
      message: 'It was used already, or took too long.',
    },
    elsewhere: {
      title: 'This sign-in began in another browser',
      message:
        'Go on in the browser in which you opened the application. If you did not begin this, close this page: nobody was signed in.',
    },
    startOver: 'Continue',
  },

  home: {
    title: '{operator} sign-in',
    about:
      'This server signs people in to the applications they use, and tells those applications who they are.',
    signedOut: 'You are not signed in. To sign in, open the application you want to use.',
    signOut: 'Sign out',
    forDevelopers: 'For developers',
    discovery: 'OpenID Connect discovery',
    signingKeys: 'Signing keys (JWKS)',
  },

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
    unknownApplication: {
      title: 'We do not know this application',
      message:
        'The link that brought you here names an application that is not registered. Tell the people who run it.',
    },
    undescribedApplication: {
      title: 'This application cannot be recognized',
      message:
        'It says at an address of its own what it is, and just now it does not, or not properly. Try again in a minute; if this goes on, tell the people who run it.',
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
        'It keeps that at an address of its own, and just now it cannot be had there. Try again in a minute; if this goes on, tell the people who run it.',
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
      title: 'This code was used already',
      message:
        'If you have just answered, you are done and can close this window. If your device is not connected, start again there to get a new code.',
    },
    formNotOurs: {
      title: 'We could not confirm that this came from you',
      message:
        'Perhaps you signed in or out in another tab, or cookies are blocked for this site. Go back to the application you came from and start again.',
    },
  },
}
