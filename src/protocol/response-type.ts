/** The implicit and hybrid types put tokens into URLs (RFC 9700 §2.1.2), so `code` is the only one. */
export const responseTypes = ['code'] as const
export const responseModes = ['query'] as const
