import type { AccountFactorsText } from '../shape/account-factors.ts'

export const accountFactors: AccountFactorsText = {
  twoFactor: {
    title: '2 段階認証',
    about:
      'パスワードの後に、スマートフォンのアプリに表示されるコードを入力します。パスワードが盗まれても、それだけではログインできません。',
    isOn: '有効',
    isOff: '無効',
    setUp: '設定',
    manage: '管理',
    added: '設定: {when}',
    lastUsed: '最終使用: {when}',
    remove: '無効にする',
    removeAbout: 'パスワードだけでログインできるようになります。',
    removeRequired: '次回のログイン時に、もう一度設定するよう求められます。',
    codesTitle: 'リカバリーコード',
    codesLeft: '未使用: {count}',
    codesFew: '残りわずかです。必要になる前に新しいコードを作成してください。',
    newCodes: '新しいコードを作成',
    newCodesAbout: '現在のコードは使えなくなります。',
    errors: {
      codesMadeAlready:
        '新しいコードはすでに作成され、一度表示されました。ご覧になっていない場合は、もう一度作成してください。',
    },
  },

  accountPasskeys: {
    title: 'パスキー',
    about: 'パスワードの代わりに、指紋、顔、または画面ロックでログインできます。',
    none: 'パスキーはまだありません。',
    manage: '管理',
    name: '名前',
    add: 'パスキーを作成',
    addTitle: 'パスキーを追加',
    rename: '名前を変更',
    save: '保存',
    added: '追加: {when}',
    lastUsed: '最終使用: {when}',
    neverUsed: '未使用',
    synced: '複数のデバイスで使用できます',
    bound: '1 台のデバイスのみ',
    remove: '削除',
    removeAbout:
      'このパスキーではログインできなくなります。デバイスまたはパスワードマネージャーからも削除してください。',
    removeOnlyWayIn:
      'ログインに使えるのはこのパスキーだけです。先にパスワードを設定するか、別のパスキーを追加してください。',
    errors: { name: '60 文字以内、1 行の名前を入力してください。' },
  },
}
