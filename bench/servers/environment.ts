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
    signingKeyPem: required('BENCH_SIGNING_KEY'),
  }
}
