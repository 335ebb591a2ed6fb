import type { ScopeChoiceText } from '../shape/scope-choice.ts'

export const scopeChoice: ScopeChoiceText = {
  scopeChoice: {
    hint: 'Entfernen Sie die Häkchen bei allem, was Sie nicht erlauben möchten.',
    nothingLeft: 'Lassen Sie mindestens ein Häkchen stehen, oder wählen Sie „{deny}“.',
  },
}
