import type { FailureText } from '../shape/failure.ts'

export const failure: FailureText = {
  failure: {
    keepReference: 'お問い合わせの際にこの番号をお知らせください。何が起きたかを確認できます。',
    onlyYou: 'この部分は開発者にのみ表示されます。',
    origins: {
      sent: '受信した内容',
      registered: '登録されている内容',
      found: '確認結果',
    },
    nothing: 'なし',
  },
}
