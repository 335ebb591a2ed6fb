import type { IdentityProvidersText } from '../shape/identity-providers.ts'

export const identityProviders: IdentityProvidersText = {
  identityProviders: {
    continueWith: '{provider} で続ける',
    title: '組織のアカウントでログイン',
    demanded: 'お客様の組織では {provider} でログインします。',
    linking:
      '{provider} が示したメールアドレスのアカウントがすでにあります。一度ログインすると、両方が連携されます。',
    connected: '連携済みのアカウント',
    none: '連携しているアカウントはありません。',
    lastUsed: '最終使用: {when}',
    disconnect: '{provider} との連携を解除',
    onlyWayIn: 'これが唯一のログイン方法です。先にパスワードを設定するか、パスキーを追加してください。',
    errors: {
      turnedBack:
        '{provider} でのログインが完了しませんでした。もう一度試すか、別の方法でログインしてください。',
      invalidAnswer:
        '{provider} からの応答を信頼できませんでした。もう一度お試しください。続く場合は、このサービスの運営者にお知らせください。',
      unavailable:
        '現在 {provider} に接続できません。しばらくしてからもう一度試すか、別の方法でログインしてください。',
      emailNotTrusted:
        '{provider} がメールアドレスを確認していないため、どのアカウントがお客様のものか判断できません。先方で確認するか、別の方法でログインしてください。',
      unknownUser:
        '{provider} で使用されたアカウントに対応するアカウントがありません。このサービスの運営者にお問い合わせください。',
    },
  },
}
