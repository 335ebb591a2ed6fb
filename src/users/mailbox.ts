/** Where dots in the local part mean nothing; one mailbox under two names. */
const GMAIL: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com'])

/**
 * The mailbox that an address most likely leads to, for counting what is sent there and for nothing else: people are told
 * apart by their addresses. RFC 5233 §1: what follows a plus sign sorts mail within one mailbox, at most large providers.
 * Where it does not, two neighbours share one limit.
 */
export const mailboxOf = (normalizedEmail: string): string => {
  const at = normalizedEmail.lastIndexOf('@')
  const [local, domain] = [normalizedEmail.slice(0, at), normalizedEmail.slice(at + 1)]
  const plus = local.indexOf('+')
  const user = plus > 0 ? local.slice(0, plus) : local
  return GMAIL.has(domain) ? `${user.replaceAll('.', '')}@gmail.com` : `${user}@${domain}`
}
