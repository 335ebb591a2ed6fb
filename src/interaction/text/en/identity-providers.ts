import type { IdentityProvidersText } from '../shape/identity-providers.ts'

export const identityProviders: IdentityProvidersText = {
  identityProviders: {
    continueWith: 'Continue with {provider}',
    title: 'Sign in with your organization',
    demanded: 'Your organization signs in with {provider}.',
    linking:
      'You already have an account with the email address that {provider} gave us. Sign in to it once to connect the two.',
    connected: 'Connected accounts',
    none: 'No account elsewhere is connected.',
    lastUsed: 'Last used {when}',
    disconnect: 'Disconnect {provider}',
    onlyWayIn: 'This is the only way you can sign in. Set a password or add a passkey first.',
    errors: {
      turnedBack: 'You did not sign in with {provider}. Try again, or sign in another way.',
      invalidAnswer:
        '{provider} answered in a way we cannot trust. Try again; if it keeps happening, tell the people who run this service.',
      unavailable: '{provider} cannot be reached just now. Try again in a minute, or sign in another way.',
      emailNotTrusted:
        '{provider} did not confirm your email address, so we cannot tell which account is yours. Confirm it there, or sign in another way.',
      unknownUser:
        'There is no account here for the one you used with {provider}. Ask the people who run this service for one.',
    },
  },
}
