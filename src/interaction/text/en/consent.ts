import type { ConsentText } from '../shape/consent.ts'

export const consent: ConsentText = {
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
      'Nobody has checked this application. It chose its name itself; all that is known is that it comes from {host}. Allow it only if you were just using it.',
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
}
