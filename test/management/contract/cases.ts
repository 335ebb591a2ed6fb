import type { TestApp } from '../../support/app.ts'
import type { Management } from '../../support/management.ts'

/*
 * What is sent to each operation. Cases are keyed by operation ID; one arranges what it needs, mostly by the cases of
 * other operations, and returns the request.
 */

export interface Asked {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

// biome-ignore lint/suspicious/noExplicitAny: cases read answers whose schema is what the test itself checks.
export type Answer = any

export interface World {
  readonly app: TestApp
  readonly management: Management
  /** Another word at each call. */
  unique(): string
  /** An ID that nothing has. */
  absent(prefix: string): string
  /** The answer to the successful request of another operation, or of another request to it. */
  made(operation: string, asked?: Asked): Promise<Answer>
}

type Case = (world: World) => Promise<Asked> | Asked

/**
 * Refusals that can be made from the successful request are: no key, a key of fewer rights, an unknown field, and
 * another ID in the path. Here are the others, by status; several of one status are a list.
 */
export interface OperationCases {
  readonly success: Case
  readonly 400?: Case | readonly Case[]
  readonly 403?: Case | readonly Case[]
  readonly 404?: Case | readonly Case[]
  readonly 409?: Case | readonly Case[]
  readonly 422?: Case | readonly Case[]
  /** Refusals that another test arranges: which, and the code it expects. */
  readonly elsewhere?: Readonly<Record<number, { readonly test: string; readonly code: string }>>
}

export type Cases = Readonly<Record<string, OperationCases>>

/** Nothing has this ULID. */
export const ABSENT = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
