import type { ScopeChoiceText } from '../shape/scope-choice.ts'

export const scopeChoice: ScopeChoiceText = {
  scopeChoice: {
    hint: 'Desmarque lo que no quiera permitir.',
    nothingLeft: 'Deje marcada al menos una opción o elija «{deny}».',
  },
}
