import type { AccountFactorsText } from '../shape/account-factors.ts'

export const accountFactors: AccountFactorsText = {
  twoFactor: {
    title: 'Connexion en deux étapes',
    about:
      'Après votre mot de passe, vous saisissez un code affiché par une application de votre téléphone. Un mot de passe volé ne suffit alors plus.',
    isOn: 'Activée',
    isOff: 'Désactivée',
    setUp: 'Configurer',
    manage: 'Gérer',
    added: 'Configurée : {when}',
    lastUsed: 'dernière utilisation : {when}',
    remove: 'Désactiver',
    removeAbout: 'Votre mot de passe suffira alors pour vous connecter.',
    removeRequired: 'Il vous sera demandé de la configurer à nouveau lors de votre prochaine connexion.',
    codesTitle: 'Codes de récupération',
    codesLeft: 'Non utilisés : {count}',
    codesFew: 'Il en reste peu. Créez-en de nouveaux avant d’en avoir besoin.',
    newCodes: 'Créer de nouveaux codes',
    newCodesAbout: 'Ceux que vous avez maintenant ne serviront plus.',
    errors: {
      codesMadeAlready:
        'De nouveaux codes ont déjà été créés et affichés une fois. Si vous ne les avez pas vus, créez-en d’autres.',
    },
  },

  accountPasskeys: {
    title: 'Clés d’accès',
    about:
      'Connectez-vous avec votre empreinte, votre visage ou le verrouillage de l’écran, sans mot de passe.',
    none: 'Vous n’avez pas encore de clé d’accès.',
    manage: 'Gérer',
    name: 'Nom',
    add: 'Créer une clé d’accès',
    addTitle: 'Ajouter une clé d’accès',
    rename: 'Renommer',
    save: 'Enregistrer',
    added: 'Ajoutée : {when}',
    lastUsed: 'dernière utilisation : {when}',
    neverUsed: 'jamais utilisée',
    synced: 'Utilisable sur plusieurs de vos appareils',
    bound: 'Sur un seul appareil',
    remove: 'Supprimer',
    removeAbout:
      'Vous ne pourrez plus vous connecter ici avec elle. Supprimez-la aussi sur votre appareil ou dans votre gestionnaire de mots de passe.',
    removeOnlyWayIn:
      'Vous ne pouvez vous connecter qu’avec cette clé d’accès. Définissez d’abord un mot de passe ou ajoutez une autre clé d’accès.',
    errors: { name: 'Saisissez un nom d’une ligne, de 60 caractères au plus.' },
  },
}
