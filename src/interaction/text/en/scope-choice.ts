import type { ScopeChoiceText } from '../shape/scope-choice.ts'

export const scopeChoice: ScopeChoiceText = {
  scopeChoice: {
    hint: 'Untick whatever you do not want to allow.',
    nothingLeft: 'Leave at least one of these ticked, or choose {deny}.',
  },
}
