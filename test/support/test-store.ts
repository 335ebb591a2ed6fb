/**
 * What the global setup of a project hands to its test files: where a migrated database can be copied from.
 * It crosses to other processes, so it is plain data.
 */
export type TestStore =
  | { readonly kind: 'pglite'; readonly dumpFile: string }
  | { readonly kind: 'postgres'; readonly adminUrl: string; readonly template: string }

declare module 'vitest' {
  interface ProvidedContext {
    testStore: TestStore
  }
}
