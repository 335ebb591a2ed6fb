import { TOTP, URI } from 'otpauth'

/** The code that an authenticator app shows at that time. It knows the secret, or the address that it scanned. */
export const authenticatorApp = (secretOrUri: string, now: Date): string => {
  const totp = secretOrUri.startsWith('otpauth:') ? URI.parse(secretOrUri) : new TOTP({ secret: secretOrUri })
  if (!(totp instanceof TOTP)) throw new TypeError('It counts, and tells no time.')
  return totp.generate({ timestamp: now.getTime() })
}
