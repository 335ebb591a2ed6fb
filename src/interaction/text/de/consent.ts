import type { ConsentText } from '../shape/consent.ts'

export const consent: ConsentText = {
  selectOrganization: {
    title: 'Organisation auswählen',
    toContinueTo: 'Sie gehören zu mehreren Organisationen. Welche möchten Sie mit {application} verwenden?',
    withoutApplication: 'Sie gehören zu mehreren Organisationen. Welche möchten Sie verwenden?',
    noLongerMember: 'Sie sind kein Mitglied dieser Organisation mehr. Wählen Sie eine andere aus.',
  },

  consent: {
    title: '{application} möchte auf Ihr Konto zugreifen',
    providedBy: 'Bereitgestellt von {organization}',
    unknownProvider:
      'Diese Anwendung hat sich selbst registriert und wurde von niemandem geprüft. Erlauben Sie den Zugriff nur, wenn Sie sie gerade selbst genutzt haben.',
    foundAt: 'Von {host}',
    knownByAddress:
      'Diese Anwendung wurde von niemandem geprüft. Ihren Namen hat sie selbst angegeben; bekannt ist nur, dass sie von {host} stammt. Erlauben Sie den Zugriff nur, wenn Sie sie gerade selbst genutzt haben.',
    willBeAbleTo: '{application} erhält folgende Rechte:',
    newScope: 'Neu',
    willReach: 'Dieser Zugriff gilt bei:',
    detailMembers: {
      locations: 'Ort',
      actions: 'Aktionen',
      datatypes: 'Daten',
      identifier: 'Gegenstand',
      privileges: 'Rechte',
    },
    yes: 'Ja',
    no: 'Nein',
    nothing: 'Nichts',
    policy: 'Datenschutzerklärung der Anwendung',
    terms: 'Nutzungsbedingungen der Anwendung',
    canAlsoSendTo: 'Die Anwendung kann Sie außerdem weiterleiten zu:',
    choose: 'Auswählen',
    chooseOne: 'Wählen Sie etwas aus, um den Zugriff zu erlauben.',
    sentTo: 'In beiden Fällen werden Sie zu {host} weitergeleitet',
    allow: 'Erlauben',
    deny: 'Ablehnen',
  },

  scopes: {
    openid: {
      title: 'Wissen, wer Sie sind',
      description: 'Sie bei jeder Anmeldung wiedererkennen.',
    },
    profile: {
      title: 'Ihr Profil sehen',
      description: 'Ihren Namen, Ihr Bild und ähnliche Angaben.',
    },
    email: {
      title: 'Ihre E-Mail-Adresse sehen',
      description: 'Ihre Adresse und ob sie bestätigt ist.',
    },
    address: {
      title: 'Ihre Postanschrift sehen',
      description: 'Straße, Ort und Land, soweit sie uns bekannt sind.',
    },
    phone: {
      title: 'Ihre Telefonnummer sehen',
      description: 'Ihre Nummer und ob sie bestätigt ist.',
    },
    offline_access: {
      title: 'Auch in Ihrer Abwesenheit verbunden bleiben',
      description: 'Diesen Zugriff behalten, während Sie die Anwendung nicht nutzen.',
    },
  },
}
