/** Where the user will be sent, as a person recognises it: the host, or the scheme of a native application. */
export const hostOf = (redirectUri: string): string => {
  const { host, protocol } = new URL(redirectUri)
  // What a private scheme has in the place of a host is not one, and may read like anybody's.
  return protocol === 'https:' || protocol === 'http:' ? host : protocol
}
