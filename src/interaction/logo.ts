import type { Client } from '../clients/client.ts'
import type { Logo } from '../html/logo.tsx'

/** The logo of an application as pages take it: either goes for all pages if there is no other. */
export const logoOf = ({
  logoUrl,
  logoDarkUrl,
}: Pick<Client, 'logoUrl' | 'logoDarkUrl'>): { readonly logo?: Logo } => {
  const light = logoUrl ?? logoDarkUrl
  return light === null ? {} : { logo: { light, ...(logoDarkUrl !== null && { dark: logoDarkUrl }) } }
}
