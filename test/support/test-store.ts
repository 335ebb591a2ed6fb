/** The secret of every test server: nodes on one database share it. */
export const TEST_SECRET = 'a secret for tests, long enough to be taken'

/** Of a migrated database: nothing in it, or the signing keys that a server makes at its first start. */
export interface Templates {
  readonly empty: string
  readonly withKeys: string
}

/**
 * What the global setup of a project hands to its test files: where migrated databases can be copied from.
 * It crosses to other processes, so it is plain data.
 */
export type TestStore =
  | { readonly kind: 'pglite'; readonly dumpFiles: Templates }
  | {
      readonly kind: 'postgres'
      readonly adminUrl: string
      readonly templates: Templates
      /** Of a migrated database that stays empty: what it plans depends on nothing that any test has done. */
      readonly plansUrl: string
    }

declare module 'vitest' {
  interface ProvidedContext {
    testStore: TestStore
  }
}
