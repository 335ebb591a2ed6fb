import type { DeviceText } from '../shape/device.ts'

export const device: DeviceText = {
  device: {
    title: 'デバイスを接続',
    enter: 'デバイスに表示されているコードを入力してください。',
    compareTitle: 'デバイスのコードと同じですか？',
    compare: 'デバイスに表示されているコードと比べ、同じ場合にのみ続けてください。',
    code: 'コード',
    submit: '続ける',
    beware:
      '目の前にあるデバイスのコードだけを使用してください。当サービスからコードをお送りすることはありません。',
    errors: {
      missing: 'デバイスに表示されているコードを入力してください。',
      malformed: 'コードは BCDF-GHJK のような 8 文字の英字です。',
      unknown: 'このコードで待機しているデバイスはありません。デバイスの表示と 1 文字ずつ比べてください。',
      expired:
        'このコードは有効期限が切れています。デバイスで最初からやり直し、新しいコードを取得してください。',
      used: 'このコードはすでに使用されています。デバイスが接続されていない場合は、デバイスで最初からやり直し、新しいコードを取得してください。',
      tooManyAttempts: 'コードの試行回数が多すぎます。数分待ってから、デバイスで最初からやり直してください。',
      stale: 'しばらく操作がありませんでした。コードを確認して続けてください。',
    },
    allowTitle: 'デバイスの {application} を許可しますか？',
    codeShown: 'デバイスにこのコードが表示されている必要があります',
    asked: 'リクエストの時刻',
    justNow: '1 分以内',
    address: '送信元アドレス',
    nearby: '（同じネットワーク）',
    elsewhere: '（別のネットワーク）',
    allowOnlyIf:
      'お手元のデバイスでご自身が開始した場合にのみ許可してください。コードやリンクが誰かから送られてきた場合は、拒否してください。',
    approved: {
      title: 'デバイスが接続されました',
      message: 'まもなくデバイスの {application} で続きが始まります。',
    },
    denied: {
      title: '拒否しました',
      message: '{application} はアカウントにアクセスできません。',
    },
    closeWindow: 'このウィンドウは閉じてかまいません。',
  },
}
