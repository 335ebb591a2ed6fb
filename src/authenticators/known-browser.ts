/** Chrome keeps a cookie no longer than 400 days, so nothing is gained by knowing a browser longer. */
export const KNOWN_BROWSER_SECONDS = 400 * 24 * 3600
