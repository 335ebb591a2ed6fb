import type { SignOutText } from '../shape/sign-out.ts'

export const signOut: SignOutText = {
  confirmSignOut: {
    title: 'ログアウトしますか？',
    askedBy: '{application} がログアウトを求めています。',
    consequence: 'このブラウザでアプリを使用するには、もう一度ログインする必要があります。',
    signOut: 'ログアウト',
    stay: 'キャンセル',
  },

  signedOut: {
    title: 'ログアウトしました',
    message: 'もう一度ログインするには、使用するアプリを開いてください。このページは閉じてかまいません。',
    wantsToSend: '{application} が {host} への移動を求めています',
    goesOn: 'このブラウザで使用したアプリにも通知しています。',
    continueTo: '{application} に進む',
    continue: '続ける',
  },
}
