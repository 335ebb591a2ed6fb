import type { MailText } from './shape.ts'

export const ja: MailText = {
  language: { tag: 'ja', direction: 'ltr' },
  codes: {
    signIn: {
      subject: '{operator} のログイン用コード',
      enter: '{operator} にログインするには、次のコードを入力してください。',
    },
    signUp: {
      subject: '{operator} のアカウント作成用コード',
      enter: '{operator} のアカウント作成を続けるには、次のコードを入力してください。',
    },
    signUpAgain: {
      subject: '{operator} のアカウントはすでにあります',
      enter:
        'このメールアドレスで {operator} のアカウントを作成する操作がありましたが、アカウントはすでにあります。ログインするには、次のコードを入力してください。',
    },
    resetPassword: {
      subject: '{operator} のパスワード再設定用コード',
      enter: '{operator} の新しいパスワードを設定するには、次のコードを入力してください。',
    },
    verifyEmail: {
      subject: '{operator} のメールアドレスの確認',
      enter: '{operator} からのメールがこのアドレスに届くことを確認するため、次のコードを入力してください。',
    },
    changeEmail: {
      subject: '{operator} の新しいメールアドレスの確認',
      enter: 'このアドレスを {operator} のアカウントで使用するには、次のコードを入力してください。',
    },
    goodFor: { other: 'コードの有効期限は {count} 分です。コードを要求したブラウザでのみ使用できます。' },
    notYou: 'お心当たりがない場合は、このメールを無視してください。コードがなければ何も行われません。',
    keepSecret:
      'コードを他人に教えないでください。{operator} が電話やメッセージでコードを尋ねることはありません。',
  },
  notices: {
    passwordChanged: {
      subject: '{operator} のパスワードが変更されました',
      message:
        '{operator} のアカウントのパスワードが変更され、ほかのすべてのブラウザからログアウトされました。',
      withoutEndingOthers: '{operator} のアカウントのパスワードが変更されました。',
    },
    emailChanged: {
      subject: '{operator} のメールアドレスが変更されました',
      message: '{operator} のアカウントのメールアドレスは、このアドレスから {email} に変更されました。',
    },
    notYou: 'お心当たりがない場合は、すぐに {operator} にご連絡ください。',
  },
}
