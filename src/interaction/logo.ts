import type { Client } from '../clients/client.ts'
import type { Logo } from '../html/logo.tsx'

/** The logo of an application as pages take it. */
export const logoOf = ({ logoUrl, logoDarkUrl }: Client): { readonly logo?: Logo } =>
  logoUrl === null ? {} : { logo: { light: logoUrl, ...(logoDarkUrl !== null && { dark: logoDarkUrl }) } }
