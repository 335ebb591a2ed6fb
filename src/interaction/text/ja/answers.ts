import type { AnswersText } from '../shape/answers.ts'

export const answers: AnswersText = {
  formPost: {
    title: '{application} に戻ります',
    about: 'アプリに戻ります。画面が変わらない場合は、ボタンを押してください。',
    submit: '続ける',
  },

  leaving: {
    title: '{application} にログインできませんでした',
    unchecked:
      'このアプリと移動先は、誰の確認も受けていません。ご自身が今使っていたアプリであり、このアドレスに見覚えがある場合にのみ続けてください。',
    destination: '移動先',
    problem: '発生した問題',
    continue: '{host} に進む',
    problems: {
      silent: 'アプリは画面を表示せずにログインしようとしましたが、現在それはできません。',
      somebodyElse: 'アプリは別の方のログインを想定していました。',
      authentication: 'アプリは、ここでは利用できないログイン方法を求めています。',
      expired:
        'アプリのリクエストは有効期限が切れているか、すでに回答済みです。アプリに戻って最初からやり直してください。',
      scope: 'アプリは、許可されていないアクセスを求めました。',
      access: 'アプリにはアカウントへのアクセスが許可されませんでした。',
      unavailable: '現在、アプリに応答できません。',
      request: 'アプリのリクエストが正しくありません。修正できるのはアプリの運営者だけです。',
    },
  },
}
