import type { PageText } from '../shape/page.ts'

export const page: PageText = {
  page: {
    errorTitle: 'エラー: {page}',
    terms: '利用規約',
    privacy: 'プライバシー',
  },

  account: {
    signedInAs: 'ログイン中のアカウント',
    useAnother: '別のアカウントを使用',
    organization: '組織',
    changeOrganization: '変更',
  },

  home: {
    title: '{operator} ログイン',
    about: 'このサーバーは、ご利用のアプリへのログインを受け付け、どなたがログインしたかをアプリに伝えます。',
    signedOut:
      'ログインしていません。アプリを使用するには、アプリを開いてください。このページに案内されます。',
    signIn: 'アカウントにログイン',
    yourAccount: 'アカウント',
    signOut: 'ログアウト',
    forDevelopers: '開発者向け',
    discovery: 'OpenID Connect ディスカバリー',
    signingKeys: '署名鍵 (JWKS)',
    ownApplications: '組織のアプリ',
  },
}
