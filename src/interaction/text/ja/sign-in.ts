import type { SignInText } from '../shape/sign-in.ts'

export const signIn: SignInText = {
  signIn: {
    title: 'ログイン',
    toContinueTo: '{application} にログイン',
    email: 'メールアドレス',
    password: 'パスワード',
    continue: '続ける',
    signingInAs: 'ログインするアカウント',
    onceMore: 'ログインしてから時間が経っています。続行するには、ご本人であることをもう一度ご確認ください。',
    submit: 'ログイン',
    cancel: 'キャンセル',
    errors: {
      emailMissing: 'メールアドレスを入力してください。',
      emailMalformed: 'name@example.com のような形式でメールアドレスを入力してください。',
      passwordMissing: 'パスワードを入力してください。',
      wrongCredentials:
        'メールアドレスまたはパスワードが正しくありません。両方を確認して、もう一度お試しください。',
      tooManyAttempts: '試行回数が多すぎます。しばらく待ってから、もう一度お試しください。',
      expired: 'しばらく操作がありませんでした。もう一度ログインしてください。',
      overtaken: '別のタブでログインまたはログアウトが行われました。ここでもう一度ログインしてください。',
    },
  },

  externalSignIn: {
    over: {
      title: 'このログインは終了しています',
      message: 'すでに使用されたか、時間がかかりすぎました。',
    },
    elsewhere: {
      title: 'このログインは別のブラウザで開始されました',
      message:
        'アプリを開いたブラウザで続けてください。ご自身で開始したものでない場合は、このページを閉じてください。ログインは行われていません。',
    },
    startOver: '続ける',
  },
}
