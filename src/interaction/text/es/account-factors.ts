import type { AccountFactorsText } from '../shape/account-factors.ts'

export const accountFactors: AccountFactorsText = {
  twoFactor: {
    title: 'Verificación en dos pasos',
    about:
      'Después de la contraseña, introduce un código de una aplicación de su teléfono. Así, una contraseña robada no basta para entrar.',
    isOn: 'Activada',
    isOff: 'Desactivada',
    setUp: 'Configurar',
    manage: 'Gestionar',
    added: 'Configurada: {when}',
    lastUsed: 'último uso: {when}',
    remove: 'Desactivar',
    removeAbout: 'Entonces bastará su contraseña para iniciar sesión.',
    removeRequired: 'La próxima vez que inicie sesión se le pedirá que la configure de nuevo.',
    codesTitle: 'Códigos de recuperación',
    codesLeft: 'Sin usar: {count}',
    codesFew: 'Quedan pocos. Cree otros nuevos antes de necesitarlos.',
    newCodes: 'Crear códigos nuevos',
    newCodesAbout: 'Los que tiene ahora dejarán de servir.',
    errors: {
      codesMadeAlready:
        'Ya se crearon códigos nuevos y se mostraron una vez. Si no los vio, vuelva a crear otros.',
    },
  },

  accountPasskeys: {
    title: 'Llaves de acceso',
    about: 'Inicie sesión con su huella, su cara o el bloqueo de pantalla en lugar de una contraseña.',
    none: 'Todavía no tiene ninguna llave de acceso.',
    manage: 'Gestionar',
    name: 'Nombre',
    add: 'Crear una llave de acceso',
    addTitle: 'Añadir una llave de acceso',
    rename: 'Cambiar el nombre',
    save: 'Guardar',
    added: 'Añadida: {when}',
    lastUsed: 'último uso: {when}',
    neverUsed: 'sin usar',
    synced: 'Se puede usar en varios de sus dispositivos',
    bound: 'Solo en un dispositivo',
    remove: 'Eliminar',
    removeAbout:
      'Ya no podrá iniciar sesión aquí con ella. Elimínela también en su dispositivo o en su gestor de contraseñas.',
    removeOnlyWayIn:
      'Solo puede iniciar sesión con esta llave de acceso. Establezca primero una contraseña o añada otra llave de acceso.',
    errors: { name: 'Introduzca un nombre de una línea, con 60 caracteres como máximo.' },
  },
}
