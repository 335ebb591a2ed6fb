import type { ScopeChoiceText } from '../shape/scope-choice.ts'

export const scopeChoice: ScopeChoiceText = {
  scopeChoice: {
    hint: 'Décochez ce que vous ne souhaitez pas autoriser.',
    nothingLeft: 'Laissez au moins une case cochée, ou choisissez «\u00a0{deny}\u00a0».',
  },
}
