/** What the tests use of passport-openidconnect, which brings no types. */
declare module 'passport-openidconnect' {
  import { Strategy as PassportStrategy } from 'passport'

  namespace OpenIDConnectStrategy {
    interface StrategyOptions {
      issuer: string
      authorizationURL: string
      tokenURL: string
      userInfoURL?: string
      clientID: string
      clientSecret?: string
      callbackURL: string
      scope?: string[]
      customHeaders?: Record<string, string>
      nonce?: boolean
      maxAge?: number
    }

    interface Profile {
      id: string
      displayName?: string
      name?: { familyName?: string; givenName?: string }
      emails?: { value: string }[]
    }

    interface Context {
      timestamp?: Date
      class?: string
      methods?: string[]
    }

    type Verified = (error: Error | null, user?: object | false, info?: object) => void

    /** How many parameters it declares tells the strategy which it wants. */
    type Verify =
      | ((issuer: string, profile: Profile, verified: Verified) => void)
      | ((
          issuer: string,
          userinfo: Profile,
          idToken: Profile,
          context: Context,
          idTokenText: string,
          accessToken: string,
          refreshToken: string | undefined,
          parameters: Record<string, unknown>,
          verified: Verified,
        ) => void)
  }

  class OpenIDConnectStrategy extends PassportStrategy {
    constructor(options: OpenIDConnectStrategy.StrategyOptions, verify: OpenIDConnectStrategy.Verify)
  }

  export = OpenIDConnectStrategy
}
