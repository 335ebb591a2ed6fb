import type { ScopeChoiceText } from '../shape/scope-choice.ts'

export const scopeChoice: ScopeChoiceText = {
  scopeChoice: {
    hint: 'ألغِ تحديد ما لا تريد السماح به.',
    nothingLeft: 'اترك خيارًا واحدًا محددًا على الأقل، أو اختر «{deny}».',
  },
}
