import type { ConsentText } from '../shape/consent.ts'

export const consent: ConsentText = {
  selectOrganization: {
    title: '組織を選択',
    toContinueTo: '複数の組織に所属しています。{application} で使用する組織を選択してください。',
    withoutApplication: '複数の組織に所属しています。使用する組織を選択してください。',
    noLongerMember: 'その組織のメンバーではなくなりました。別の組織を選択してください。',
  },

  consent: {
    title: '{application} がアカウントへのアクセスを求めています',
    providedBy: '提供元: {organization}',
    unknownProvider:
      'このアプリは自ら登録されたもので、誰の確認も受けていません。ご自身が今使っていたアプリである場合にのみ許可してください。',
    foundAt: '配信元: {host}',
    knownByAddress:
      'このアプリは誰の確認も受けていません。名前はアプリ自身が名乗っているもので、確かなのは {host} のものであることだけです。ご自身が今使っていたアプリである場合にのみ許可してください。',
    willBeAbleTo: '{application} に許可される操作:',
    newScope: '新規',
    willReach: 'このアクセスを使用できる場所:',
    detailMembers: {
      locations: '場所',
      actions: '操作',
      datatypes: 'データ',
      identifier: '対象',
      privileges: '権限',
    },
    yes: 'はい',
    no: 'いいえ',
    nothing: 'なし',
    policy: 'アプリのプライバシーポリシー',
    terms: 'アプリの利用規約',
    canAlsoSendTo: 'このほかに移動先となる可能性があるサイト:',
    choose: '選択',
    chooseOne: '許可するには、いずれかを選択してください。',
    sentTo: 'どちらの場合も {host} に移動します',
    allow: '許可',
    deny: '拒否',
  },

  scopes: {
    openid: {
      title: '本人の識別',
      description: 'ログインのたびに、同じ利用者であることを認識します。',
    },
    profile: {
      title: 'プロフィールの表示',
      description: '名前、写真などの情報です。',
    },
    email: {
      title: 'メールアドレスの表示',
      description: 'メールアドレスと、それが確認済みかどうかです。',
    },
    address: {
      title: '住所の表示',
      description: '登録されている番地、市区町村、国です。',
    },
    phone: {
      title: '電話番号の表示',
      description: '電話番号と、それが確認済みかどうかです。',
    },
    offline_access: {
      title: '不在時のアクセスの継続',
      description: 'アプリを使用していない間も、このアクセスを保持します。',
    },
  },
}
