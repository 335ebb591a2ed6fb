import type { ApplicationId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { gatheredInsertion } from '../gathered.ts'
import type { Hash } from '../schema.ts'
import { type PlaceOf, statement } from '../statement.ts'

export type PushedRequestRecord = Domain<'pushed_request'>

const inserting = gatheredInsertion(
  'pushed_request',
  {
    request_uri_hash: 'text',
    application_id: 'text',
    parameters: 'jsonb',
    is_signed: 'boolean',
    created_at: 'timestamptz',
    expires_at: 'timestamptz',
  },
  'request_uri_hash',
)

type Usable = { readonly requestUriHash: Hash; readonly applicationId: ApplicationId; readonly now: Date }

const finding = statement((db, place: PlaceOf<Usable>) =>
  db
    .selectFrom('pushed_request')
    .select(['parameters', 'is_signed'])
    .where('request_uri_hash', '=', place('requestUriHash'))
    .where('application_id', '=', place('applicationId'))
    .where('used_at', 'is', null)
    .where('expires_at', '>', place('now')),
)

const using = statement((db, place: PlaceOf<Pick<Usable, 'requestUriHash' | 'now'>>) =>
  db
    .updateTable('pushed_request')
    .set({ used_at: place('now') })
    .where('request_uri_hash', '=', place('requestUriHash'))
    .where('used_at', 'is', null),
)

export const pushedRequests = (db: Executor) => ({
  insert: async ({ parameters, ...request }: Omit<PushedRequestRecord, 'usedAt'>): Promise<void> => {
    const isNew = await inserting(db, { ...snakeCase(request), parameters: json(parameters) })
    if (!isNew) throw new Error('There is such a pushed request already.')
  },

  /** One of this application that may still begin an authorization. Reading it uses nothing up. */
  find: async (
    requestUriHash: Hash,
    applicationId: ApplicationId,
    now: Date,
  ): Promise<Pick<PushedRequestRecord, 'parameters' | 'isSigned'> | undefined> =>
    camelizeOptional(await finding.first(db, { requestUriHash, applicationId, now })),

  /**
   * RFC 9126 §4: of all the authorizations that began with it exactly one is completed. It may have expired while its
   * user was busy.
   *
   * @returns whether it was this one.
   */
  use: async (requestUriHash: Hash, now: Date): Promise<boolean> =>
    (await using.written(db, { requestUriHash, now })) > 0,
})
