import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Four projects. The integration folders run twice, on the embedded store and on a PostgreSQL server;
 * which one a test file is on comes from its project's global setup, never from the test:
 *
 *   npx vitest run --project pglite test/rfc6749-oauth/section-3.3-scope.test.ts
 */
const PURE = [
  'html',
  'images',
  'protocol',
  'system',
  'config',
  'doctor',
  'interaction/pages',
  'interaction/text',
]
const BROWSER = 'browser'

const testsIn = (folder: string): string => `test/${folder}/**/*.test.{ts,tsx}`

/** The demo always takes the embedded store, and the examples do not know what is behind HTTP: once is enough. */
const EMBEDDED_ONLY = ['test/cli/demo.test.ts', testsIn('examples')]

/** What is about the server, or goes from one store to the other. */
const SERVER_ONLY = [
  ...['doctor', 'promote', 'runbooks', 'workers'].map((name) => `test/cli/${name}.test.ts`),
  testsIn('performance'),
  ...['migration-locks', 'query-plans'].map((name) => `test/storage/${name}.test.ts`),
]

const integration = {
  include: [testsIn('*')],
  exclude: [...PURE.map(testsIn), testsIn(BROWSER)],
}

export default defineConfig({
  test: {
    // The files of a worker share what they import (docs/architecture.md, Tests): to load the server anew for each of
    // them took two fifths of the time. What a file stubs goes with its test.
    isolate: false,
    unstubEnvs: true,
    unstubGlobals: true,
    // A test that takes the embedded store holds up to 800 MiB.
    maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What is waited for comes when it comes; a loaded machine is no failure.
    expect: { poll: { timeout: 10_000 } },
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/*.test.ts', ...PURE.map(testsIn)] } },
      {
        extends: true,
        test: {
          name: 'pglite',
          globalSetup: 'test/support/setup-pglite.ts',
          ...integration,
          exclude: [...integration.exclude, ...SERVER_ONLY],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          globalSetup: 'test/support/setup-postgres.ts',
          ...integration,
          exclude: [...integration.exclude, ...EMBEDDED_ONLY],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          // What a file spends is Chromium's: there is little to gain.
          isolate: true,
          globalSetup: 'test/support/setup-postgres.ts',
          include: [testsIn(BROWSER)],
          testTimeout: 120_000,
        },
      },
    ],
  },
})
