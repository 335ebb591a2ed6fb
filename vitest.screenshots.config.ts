import { defineConfig } from 'vitest/config'

/** `npm run screenshots`: pictures of every page, which nothing compares and people look at. */
export default defineConfig({
  test: {
    name: 'screenshots',
    include: ['test/screenshots/every-page.ts'],
    globalSetup: 'test/support/setup-pglite.ts',
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
})
