import type { FactorsText } from '../shape/factors.ts'

export const factors: FactorsText = {
  passkeys: {
    signIn: 'パスキーでログイン',
    cancelled: 'キャンセルされたか、時間がかかりすぎました。もう一度お試しいただけます。',
    failed: 'このブラウザではパスキーを使用できませんでした。別の方法をお試しください。',
    existsAlready: 'このデバイスには、お使いのアカウントのパスキーがすでにあります。',
    unknown: 'このパスキーは登録されていません。削除された可能性があります。別の方法でログインしてください。',
    refused: 'パスキーを確認できませんでした。もう一度お試しいただくか、別の方法でログインしてください。',
    tooMany: 'パスキーの数が上限に達しています。使わなくなったものを先に削除してください。',
    tooManyAttempts: '試行回数が多すぎます。しばらく待ってから、もう一度お試しください。',
    needsBrowser: 'パスキーを使用するには、JavaScript を有効にした最新のブラウザが必要です。',
    defaultName: 'パスキー',
  },

  secondFactor: {
    title: 'ご本人の確認',
    aboutCode: '認証アプリに表示されているコードを入力してください。',
    code: '6 桁のコード',
    submit: '続ける',
    aboutPasskey: '続けるには、登録済みのパスキーを使用してください。',
    usePasskey: 'パスキーを使用',
    useRecoveryCode: 'リカバリーコードを使用',
    recoveryTitle: 'リカバリーコードを使用',
    aboutRecoveryCode: '保存したコードのうち 1 つを入力してください。各コードは 1 回だけ使えます。',
    recoveryCode: 'リカバリーコード',
    useAnotherWay: '別の方法を使用',
    notNow: '後で',
    errors: {
      codeMissing: 'コードを入力してください。',
      wrongCode: 'コードが正しくないか、すでに使用されています。現在表示されているコードを入力してください。',
      wrongRecoveryCode: 'リカバリーコードが正しくないか、すでに使用されています。',
      tooManyAttempts: '試行回数が多すぎます。しばらく待ってから、もう一度お試しください。',
    },
  },

  setUpFactor: {
    title: 'アカウントの保護',
    about: '続けるには、ご本人であることを確認する 2 つ目の方法を追加してください。',
    totpTitle: '認証アプリ',
    scan: 'スマートフォンの認証アプリでこの画像を読み取ってください。',
    qrCode: '認証アプリ用の QR コード',
    openApp: 'このデバイスのアプリで開く',
    cannotScan: '代わりにキーを入力',
    secret: '代わりに次のキーをアプリに入力してください',
    enterCode: 'アプリに表示されているコード',
    submit: '有効にする',
    passkeyTitle: 'パスキー',
    aboutPasskey: '指紋、顔、または画面ロックでご本人を確認します。入力は不要です。',
    createPasskey: 'パスキーを作成',
    aboutSignInAgain:
      'ログインから時間が経っています。アカウントを保護するため、先にもう一度ログインしてください。',
    signInAgain: 'もう一度ログイン',
    errors: {
      wrongCode:
        'コードが正しくありません。アプリに現在表示されているコードを入力し、スマートフォンの時計が正しいか確認してください。',
      expired: 'このページを開いてから時間が経ちすぎました。新しい画像を読み取ってください。',
      elsewhere: '別のタブで認証アプリがすでに設定されています。このページで読み取ったものは使えません。',
    },
  },

  recoveryCodes: {
    title: 'リカバリーコードの保存',
    about:
      'スマートフォンやパスキーをなくしたときに、このコードでログインできます。各コードは 1 回だけ使えます。',
    keep: '表示されるのは今だけです。パスワードマネージャーなどの安全な場所に保管してください。',
    saved: '保存しました',
    fewTitle: 'リカバリーコードが残りわずかです',
    few: 'リカバリーコードの残り: {count}。アカウントのセキュリティ設定で新しいコードを作成してください。',
    onward: '続ける',
  },
}
