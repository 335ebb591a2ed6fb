import type { SignOutText } from '../shape/sign-out.ts'

export const signOut: SignOutText = {
  confirmSignOut: {
    title: 'Möchten Sie sich abmelden?',
    askedBy: '{application} möchte Sie abmelden.',
    consequence: 'Um Ihre Anwendungen in diesem Browser zu nutzen, müssen Sie sich dann erneut anmelden.',
    signOut: 'Abmelden',
    stay: 'Abbrechen',
  },

  signedOut: {
    title: 'Sie sind abgemeldet',
    message:
      'Um sich wieder anzumelden, öffnen Sie die Anwendung, die Sie nutzen möchten. Sie können diese Seite schließen.',
    wantsToSend: '{application} möchte Sie zu {host} weiterleiten',
    goesOn: 'Auch die Anwendungen, die Sie in diesem Browser genutzt haben, werden gerade benachrichtigt.',
    continueTo: 'Weiter zu {application}',
    continue: 'Weiter',
  },
}
