// node scripts/bundle.mjs [directory] [entry]
// All that is read at every start goes into a few files: to find, read and link 1,700 was most of a start.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'rolldown'

const [directory = 'dist', entry = 'src/main.ts'] = process.argv.slice(2)

/** Read late if at all, or not of JavaScript alone: they stay as they were installed. */
const installed = [
  ...['@electric-sql/pglite', '@opentelemetry/api', '@opentelemetry/sdk-node', '@simplewebauthn/server'],
  ...['argon2', 'bcryptjs', 'cli-progress', 'csv-parse', 'nodemailer', 'prom-client'],
]

await build({
  platform: 'node',
  tsconfig: 'tsconfig.build.json',
  // Beside the entry what is started by its path, and looked for beside whoever starts it.
  input: [entry, 'src/system/hashing-main.ts', 'src/system/password-schemes/bcrypt-worker.ts'],
  external: (id) => installed.some((name) => id === name || id.startsWith(`${name}/`)),
  output: { dir: join(directory, 'src'), format: 'esm', chunkFileNames: '[name].js', sourcemap: true },
  logLevel: 'warn',
})
// What modules read beside themselves.
cpSync('src/html/assets', join(directory, 'src/assets'), { recursive: true })
