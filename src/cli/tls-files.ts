import { readFile } from 'node:fs/promises'
import { type Config, ConfigError } from '../config/config.ts'
import { failureCode } from '../system/failure-code.ts'
import { isIdentity, type ServerIdentity } from '../system/tls-server.ts'

/** What the listeners of a configuration need of its files. */
export interface TlsFiles {
  /** Undefined where a proxy ends TLS. */
  readonly identity: ServerIdentity | undefined
  /** PEM; those whose client certificates are trusted. */
  readonly authorities: string | undefined
}

/** @throws ConfigError naming the variable whose file is not what it must be. */
export const readTlsFiles = async ({
  tls,
  clientCertificates: { listener },
}: Pick<Config, 'tls' | 'clientCertificates'>): Promise<TlsFiles> => {
  const identity = tls && {
    certificate: await read('LATCHKEY_TLS_CERTIFICATE_FILE', tls.certificateFile),
    key: await read('LATCHKEY_TLS_KEY_FILE', tls.keyFile),
  }
  if (identity && !isIdentity(identity)) {
    throw new ConfigError(
      'LATCHKEY_TLS_CERTIFICATE_FILE and LATCHKEY_TLS_KEY_FILE must hold a certificate and its own key, both as PEM, the key without a password.',
    )
  }
  const file = listener?.authoritiesFile
  const authorities = file === undefined ? undefined : await read('LATCHKEY_MTLS_CA_FILE', file)
  if (authorities !== undefined && !authorities.includes('-----BEGIN CERTIFICATE-----')) {
    throw new ConfigError('LATCHKEY_MTLS_CA_FILE must hold certificates as PEM.')
  }
  return { identity, authorities }
}

const read = async (variable: string, file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `${variable} names a file that cannot be read (${failureCode(error)}); correct the path, or let this user read it.`,
    )
  }
}
