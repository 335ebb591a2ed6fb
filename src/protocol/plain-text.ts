/**
 * RFC 6749 Appendix A allows no control characters; NUL would not fit into a text column either, nor would half of a
 * surrogate pair, which a form cannot hold but JSON can.
 */
export const isPlainText = (text: string): boolean => !text.includes('\0') && text.isWellFormed()
