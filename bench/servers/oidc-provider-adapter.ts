import type { Adapter, AdapterPayload } from 'oidc-provider'
import type pg from 'pg'

interface PayloadRow {
  readonly payload: AdapterPayload
  readonly consumed_at: number | null
}

/**
 * One table for all models. The lookups beside the primary key get partial indexes, and some room is left on
 * each page so that the session, which is rewritten at every authorization request, is updated in place (HOT).
 */
export const adapterSchema = `
  CREATE TABLE oidc_payload (
    name text NOT NULL,
    id text NOT NULL,
    payload jsonb NOT NULL,
    grant_id text,
    user_code text,
    uid text,
    expires_at timestamptz,
    consumed_at bigint,
    PRIMARY KEY (name, id)
  ) WITH (fillfactor = 80);
  CREATE INDEX oidc_payload_grant_id ON oidc_payload (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX oidc_payload_user_code ON oidc_payload (user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX oidc_payload_uid ON oidc_payload (uid) WHERE uid IS NOT NULL;
`

const toPayload = (row: PayloadRow | undefined): AdapterPayload | undefined =>
  row && (row.consumed_at === null ? row.payload : { ...row.payload, consumed: row.consumed_at })

/** Every statement is named, so that PostgreSQL parses and plans it once per connection. */
export const postgresAdapter =
  (pool: pg.Pool) =>
  (name: string): Adapter => {
    const findBy = async (column: 'id' | 'uid' | 'user_code', value: string) => {
      const { rows } = await pool.query<PayloadRow>({
        name: `find_by_${column}`,
        text: `SELECT payload, consumed_at::float8 FROM oidc_payload WHERE name = $1 AND ${column} = $2`,
        values: [name, value],
      })
      return toPayload(rows[0])
    }
    return {
      find: (id) => findBy('id', id),
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (userCode) => findBy('user_code', userCode),
      upsert: async (id, payload, expiresIn) => {
        await pool.query({
          name: 'upsert',
          text: `INSERT INTO oidc_payload (name, id, payload, grant_id, user_code, uid, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
                 ON CONFLICT (name, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
                   user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`,
          values: [
            name,
            id,
            JSON.stringify(payload),
            payload.grantId ?? null,
            payload.userCode ?? null,
            payload.uid ?? null,
            expiresIn ?? null,
          ],
        })
      },
      consume: async (id) => {
        await pool.query({
          name: 'consume',
          text: 'UPDATE oidc_payload SET consumed_at = $3 WHERE name = $1 AND id = $2',
          values: [name, id, Math.floor(Date.now() / 1000)],
        })
      },
      destroy: async (id) => {
        await pool.query({
          name: 'destroy',
          text: 'DELETE FROM oidc_payload WHERE name = $1 AND id = $2',
          values: [name, id],
        })
      },
      revokeByGrantId: async (grantId) => {
        await pool.query({
          name: 'revoke_by_grant_id',
          text: 'DELETE FROM oidc_payload WHERE name = $1 AND grant_id = $2',
          values: [name, grantId],
        })
      },
    }
  }
