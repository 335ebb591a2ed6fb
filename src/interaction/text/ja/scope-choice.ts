import type { ScopeChoiceText } from '../shape/scope-choice.ts'

export const scopeChoice: ScopeChoiceText = {
  scopeChoice: {
    hint: '許可しない項目のチェックを外してください。',
    nothingLeft: '少なくとも 1 つはチェックを残すか、「{deny}」を選択してください。',
  },
}
