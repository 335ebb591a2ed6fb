/** The rules of the layout, as data. `checks.ts` applies them; docs/decisions says why the walls stand where they do. */

/** Rooms (folders and single files of src) by level: a room imports only lower levels, never its equals. */
export const LEVELS: readonly (readonly string[])[] = [
  ['protocol', 'system', 'html', 'images'],
  ['config', 'storage', 'observability'],
  ['objects', 'outbox'],
  ['events'],
  [
    ...['clients', 'users', 'organizations', 'permissions', 'signing-keys', 'api-keys', 'environment'],
    ...['webhooks', 'authenticators', 'mail', 'identity-providers', 'operators'],
  ],
  [
    'client-authentication',
    'proof-of-possession',
    'sessions',
    'consents',
    'device-authorization',
    'tokens',
    'doctor',
    'importing',
  ],
  ['authorization', 'grants', 'logout', 'upstream'],
  ['endpoints', 'interaction', 'management', 'jobs'],
  // An operator is a client of the management API without HTTP, and a person at a page.
  ['dashboard'],
  // Admins of customers' organizations, at pages made of the same parts.
  ['portal'],
  [
    'app.ts',
    'caches.ts',
    'foundation.ts',
    'limits.ts',
    'issuing.ts',
    'deliveries.ts',
    'observing.ts',
    'dependencies.ts',
    'cli',
    'main.ts',
  ],
]

/** A single import that the levels would forbid. */
export const EXCEPTIONS: readonly { room: string; target: string; because: string }[] = [
  { room: 'protocol', target: 'src/system/hash.ts', because: 'PKCE is a pure rule over SHA-256.' },
]

/** Pairs where only `import type` may cross: the policy knows the shape of what it is given, never where it is from. */
export const TYPES_ONLY: readonly { levels: readonly number[]; rooms: readonly string[]; because: string }[] =
  [
    {
      levels: [2, 3, 4, 5, 6],
      rooms: ['config', 'storage', 'observability'],
      because: 'policy takes stores and settings as arguments',
    },
    {
      levels: [7, 8, 9],
      rooms: ['storage'],
      because: 'an endpoint or page asks the rooms below, or takes stores as arguments',
    },
  ]

/** What of this repository, outside of src, a room may import. */
export const OUTSIDE: readonly { folder: string; rooms: readonly string[] }[] = [
  { folder: 'migrations/', rooms: ['storage'] },
  { folder: 'examples/', rooms: ['cli'] },
]

const roomsFrom = (level: number): string[] => LEVELS.slice(level).flat().map(pathOf)

const pathOf = (room: string): string => (room.endsWith('.ts') ? `src/${room}` : `src/${room}/`)

export interface DoorRule {
  /** `kysely` also means `kysely/…`; a trailing `/*` means everything of that scope. */
  readonly modules?: readonly string[]
  /** Globals: `fetch` means any mention, `Date.now` that member, `new Date()` the call without arguments. */
  readonly globals?: readonly string[]
  /** Beginnings of the paths where they may be used. */
  readonly only: readonly string[]
  readonly because: string
}

/** Doors: what of the outside world is reached through which room. Holds for src and migrations. */
export const DOORS: readonly DoorRule[] = [
  {
    globals: ['process.env'],
    modules: ['process'],
    only: ['src/config/'],
    because: 'settings are read and checked once, at the start',
  },
  {
    globals: ['new Date()', 'Date()', 'Date.now'],
    only: ['src/system/'],
    because: 'time arrives as an argument, so that tests can set it',
  },
  {
    globals: ['setInterval', 'setTimeout', 'setImmediate'],
    modules: ['timers'],
    only: ['src/system/', 'src/jobs/schedule.ts'],
    because: 'timers are counted and cancelled in one place',
  },
  {
    globals: ['Math.random', 'crypto'],
    modules: ['crypto'],
    only: ['src/system/'],
    because: 'chance and cryptography have one door to review',
  },
  {
    globals: ['fetch', 'WebSocket', 'EventSource'],
    modules: ['undici', 'http', 'https'],
    only: ['src/system/'],
    because: 'outbound requests are guarded: https only, no private addresses, bounded in size and time',
  },
  {
    modules: ['dns'],
    only: ['src/system/'],
    because: 'lookups are bounded in time, and tests answer them',
  },
  {
    modules: ['nodemailer'],
    only: ['src/system/smtp.ts'],
    because: 'mail has one door, in which no header can be broken out of',
  },
  { globals: ['globalThis'], only: ['src/system/'], because: 'it is a way around the rules above' },
  {
    modules: ['kysely', 'pg', '@electric-sql/*'],
    only: ['src/storage/', 'migrations/'],
    because: 'SQL is written in the stores',
  },
  {
    modules: ['fastify', '@fastify/*'],
    only: roomsFrom(7),
    because: 'policy takes values; only the edge knows HTTP',
  },
  {
    modules: ['jose'],
    only: [
      ...['src/signing-keys/', 'src/tokens/', 'src/clients/client-keys.ts'],
      ...['src/client-authentication/private-key-jwt.ts', 'src/proof-of-possession/dpop-proof.ts'],
    ],
    because: 'there is one mint, one verifier of our own tokens, and one of what clients sign',
  },
  {
    modules: ['@simplewebauthn/*', 'otpauth'],
    only: ['src/authenticators/'],
    because: 'what proves who somebody is is checked in one room',
  },
  {
    modules: ['prom-client', '@opentelemetry/*'],
    only: ['src/observability/'],
    because: 'what is counted and traced is decided in one room, where no label and no span holds a secret',
  },
  {
    modules: ['openid-client'],
    only: ['src/identity-providers/', 'src/cli/'],
    because: 'other providers are talked to in one room, by the guarded fetch',
  },
  {
    modules: ['argon2', 'bcryptjs'],
    only: ['src/system/hashing.ts', 'src/system/password-schemes/'],
    because: 'password hashing waits in one bounded queue, so that sign-ins cannot starve tokens',
  },
]

/** Where `latchkey serve` begins. */
export const START: readonly string[] = ['src/main.ts', 'src/cli/run.ts', 'src/cli/serve.ts']

/** Large, and of use to some: imported when it is come to, since whoever starts a node waits for all else. */
export const LATE: readonly string[] = [
  ...['@simplewebauthn/server', 'nodemailer', 'prom-client', '@opentelemetry/sdk-node'],
  ...['@electric-sql/pglite', 'kysely/migration', 'csv-parse', 'cli-progress'],
]

/** Where the rules about files hold: their length and their names. */
export const CODE_FOLDERS: readonly string[] = ['src', 'test', 'migrations', 'bench', 'examples', 'scripts']

export const MAX_LINES = 400

/** Names that say nothing, and soon hold everything. */
/** Names that the tools of other languages insist on, and one that everybody looks for. */
export const FIXED_NAMES: readonly string[] = [
  'README.md',
  ...['Cargo.toml', 'Cargo.lock', 'Gemfile', 'Gemfile.lock', 'Client.java'],
]

export const EMPTY_NAMES: readonly string[] = [
  ...['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'shared'],
  ...['manager', 'service', 'services', 'base', 'abstract'],
]
