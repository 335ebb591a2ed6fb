import type { z } from 'zod'
import type { Acting } from '../events/record.ts'
import type { ManagementPermission } from '../protocol/management-permission.ts'
import type { Stores } from '../storage/index.ts'

/*
 * An operation of the management API: what it is called, who may ask for it, what goes in and comes out, and what it
 * does. Routes, checks and the OpenAPI document are all made from this one description.
 *
 * A change can only be made within `change`, whose result alone is an answer: so every change has its transaction, its
 * events and its idempotency, and one that went around them would not compile.
 */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The names in a path: `/organizations/:id` has `id`. */
type ParameterNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

type PathParameters<Path extends string> = { readonly [Name in ParameterNames<Path>]: string }

type Parsed<Schema extends z.ZodType | undefined> = Schema extends z.ZodType ? z.output<Schema> : undefined

interface Description<
  Path extends string,
  Query extends z.ZodObject | undefined,
  Body extends z.ZodType | undefined,
  Answer extends z.ZodType | undefined,
> {
  /** operationId: a verb and its object. */
  readonly id: string
  readonly path: Path
  readonly tag: string
  /** One line. */
  readonly summary: string
  readonly description?: string
  /** What the key must hold; `public`: anybody may ask, without a key. */
  readonly permission: ManagementPermission | 'public'
  /**
   * Of an operator, who has signed in long ago perhaps: `always` they must have done so just now, `in_part` where the operation
   * says so. Said of each change of accounts and of what opens this API; of one that does not say, there is no description.
   */
  readonly recentSignIn?: RecentSignIn
  readonly query?: Query
  readonly body?: Body
  /** Media types of a body that is taken as it is, as a Buffer, instead of JSON. For the document: none is insisted on. */
  readonly rawBody?: readonly string[]
  /** Of a public one: how long anybody may keep its answer, pages of other origins included. */
  readonly cacheSeconds?: number
  /** Absent: nothing is answered but the status. */
  readonly answer?: Answer
  /** What it may be refused with besides 401, 403, 422 and 503. */
  readonly errors: readonly (400 | 404 | 409)[]
}

type RecentSignIn = 'always' | 'in_part' | 'never'

/** By these accounts are taken over, and rights given away. */
type OfAccounts = 'users:write' | 'operators:write' | 'api_keys:write'

type Demand =
  | { readonly permission: OfAccounts; readonly recentSignIn: RecentSignIn }
  | {
      readonly permission: Exclude<ManagementPermission, OfAccounts> | 'public'
      readonly recentSignIn?: undefined
    }

interface Asked<
  Path extends string,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
> {
  readonly params: PathParameters<Path>
  readonly query: Parsed<Query>
  readonly body: Parsed<Body>
  readonly now: Date
  /** What the key of the request holds; empty without one. */
  readonly held: readonly string[]
}

interface AskedToChange {
  readonly change: Change
  /** Throws for an operator who has signed in too long ago. */
  readonly requireRecentSignIn: () => void
}

/** What a change is made with. */
export interface ActingInChange extends Acting<Stores> {
  /** Done once the change is certain, such as forgetting what was cached. */
  afterCommit(work: () => void): void
}

declare const changed: unique symbol
/** The answer of a change that was made as changes are made. */
export type Changed<Answer> = { readonly [changed]: Answer }

/** Runs a change in its transaction. To be called once. What is slow comes before it. */
export type Change = <Answer>(work: (acting: ActingInChange) => Promise<Answer>) => Promise<Changed<Answer>>

/** An operation with its types closed over: what the routes and the document need of it. */
export interface Operation
  extends Description<string, z.ZodObject | undefined, z.ZodType | undefined, z.ZodType | undefined> {
  readonly method: Method
  readonly status: number
  readonly isChange: boolean
  handle(asked: Asked<string, undefined, undefined> & AskedToChange): Promise<unknown>
}

/** Looks, and leaves everything as it is. */
export const readOperation = <
  const Path extends string,
  Query extends z.ZodObject | undefined = undefined,
  Answer extends z.ZodType | undefined = undefined,
>(
  operation: Description<Path, Query, undefined, Answer> & {
    readonly method: 'GET'
    handle(asked: Asked<Path, Query, undefined>): Promise<Answer extends z.ZodType ? z.input<Answer> : never>
  },
): Operation => ({ ...operation, status: 200, isChange: false }) as unknown as Operation

/** POSTs that change nothing but a note of use, such as a validation. */
export const questionOperation = <
  const Path extends string,
  Body extends z.ZodType | undefined = undefined,
  Answer extends z.ZodType | undefined = undefined,
>(
  operation: Description<Path, undefined, Body, Answer> & {
    readonly method: 'POST'
    handle(asked: Asked<Path, undefined, Body>): Promise<Answer extends z.ZodType ? z.input<Answer> : never>
  },
): Operation => ({ ...operation, status: 200, isChange: false }) as unknown as Operation

export const changeOperation = <
  const Path extends string,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Answer extends z.ZodType | undefined = undefined,
>(
  operation: Description<Path, Query, Body, Answer> &
    Demand & {
      readonly method: Exclude<Method, 'GET'>
      readonly status: 200 | 201 | 204
      handle(
        asked: Asked<Path, Query, Body> & AskedToChange,
      ): Promise<Changed<Answer extends z.ZodType ? z.input<Answer> : undefined>>
    },
): Operation => ({ ...operation, isChange: true }) as unknown as Operation
