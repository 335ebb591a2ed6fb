import type { ScopeChoiceText } from '../shape/scope-choice.ts'

export const scopeChoice: ScopeChoiceText = {
  scopeChoice: {
    hint: 'Desmarque o que não quer permitir.',
    nothingLeft: 'Deixe pelo menos uma opção marcada ou escolha “{deny}”.',
  },
}
