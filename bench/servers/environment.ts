import type { SigningKeys } from '../fixtures.ts'
import type { Surroundings } from './target.ts'

/** The settings the comparison servers get from the bench. */
const required = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: this server is started by the bench`)
  return value
}

export const readEnvironment = () => {
  const port = Number(required('BENCH_PORT'))
  return {
    port,
    issuer: `http://127.0.0.1:${port}`,
    databaseUrl: required('BENCH_DATABASE_URL'),
    keys: JSON.parse(required('BENCH_SIGNING_KEYS')) as SigningKeys,
    staticClients: required('BENCH_STATIC_CLIENTS') === 'true',
  }
}

/** The same settings, for the process that reads them. */
export const environmentOf = ({
  port,
  databaseUrl,
  keys,
  staticClients = false,
}: Surroundings): Record<string, string> => ({
  BENCH_PORT: String(port),
  BENCH_DATABASE_URL: databaseUrl,
  BENCH_SIGNING_KEYS: JSON.stringify(keys),
  BENCH_STATIC_CLIENTS: String(staticClients),
})
