declare const registered: unique symbol
/**
 * Where a client has people sent who have signed out. Only `findPostLogoutRedirectUri` makes one: an open redirect does not
 * compile.
 */
export type PostLogoutRedirectUri = string & { readonly [registered]: true }

/** OIDC RP-Initiated Logout §3: one of those registered, exactly. */
export const findPostLogoutRedirectUri = (
  requested: string,
  { metadata }: { readonly metadata: { readonly post_logout_redirect_uris?: readonly string[] | undefined } },
): PostLogoutRedirectUri | undefined =>
  metadata.post_logout_redirect_uris?.includes(requested) === true
    ? (requested as PostLogoutRedirectUri)
    : undefined
