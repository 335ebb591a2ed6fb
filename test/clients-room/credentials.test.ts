import { afterAll, describe, expect, test } from 'vitest'
import type { Client } from '../../src/clients/client.ts'
import {
  deleteCredential,
  findCredential,
  issueCredential,
  isWellFormedSecret,
} from '../../src/clients/credentials.ts'
import { clientSecretObject } from '../../src/objects/client-secret.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { checksum, sha256 } from '../../src/system/hash.ts'
import { atOnce, openTestRoom, start } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const readClient = async (clientId: string): Promise<Client> => {
  const client = await room.stores.clients.byClientId(clientId)
  if (!client) throw new RangeError('no such client')
  return client
}

/** One that already has the credential of the fixture. */
const confidentialClient = async (): Promise<Client> =>
  readClient((await room.fixtures.firstParty()).clientId)

const issue = async (client: Client) => {
  const issued = await room.act((acting) => issueCredential(acting, client))
  if (issued.outcome !== 'issued') throw new RangeError(issued.code)
  return issued
}

describe('client secrets', () => {
  test('are a prefix for scanners, 256 random bits and a checksum, in characters that need no encoding', async () => {
    const { secret, credential } = await issue(await confidentialClient())
    expect(secret).toMatch(/^lks_[A-Za-z0-9_-]{43}[0-9a-z]{7}$/)
    expect(secret.slice(-7)).toBe(checksum(secret.slice(0, -7)))
    expect(credential.hint).toBe(secret.slice(-6))
  })

  test('are kept as SHA-256 only', async () => {
    const client = await confidentialClient()
    const { secret, credential } = await issue(client)
    const kept = await room.stores.clientCredentials.of(client.id)
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(kept.find(({ id }) => id === credential.id)?.secretHash).toBe(sha256(secret))
  })

  test('with a typo, cut off or of another make are refused without a lookup', async () => {
    const { secret } = await issue(await confidentialClient())
    expect(isWellFormedSecret(secret)).toBe(true)
    const typo = secret.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
    const inside = `${secret.slice(0, 10)}${secret[10] === 'A' ? 'B' : 'A'}${secret.slice(11)}`
    for (const text of [typo, inside, secret.slice(0, -1), `${secret} `, secret.slice(4), '', 'password']) {
      expect(isWellFormedSecret(text)).toBe(false)
    }
  })

  test('RFC 6749 §2.1: a public client gets none', async () => {
    const { clientId } = await room.fixtures.firstParty({ isPublic: true })
    const client = await readClient(clientId)
    const refused = await room.act((acting) => issueCredential(acting, client))
    expect(refused).toEqual({ outcome: 'refused', code: 'public_client' })
    expect(await room.stores.clientCredentials.of(client.id)).toEqual([])
  })

  test('of 20 asked for at once, exactly as many are issued as make five', async () => {
    const client = await confidentialClient()
    const results = await atOnce(20, () => room.act((acting) => issueCredential(acting, client)))
    // The fixture has issued the first.
    expect(results.filter(({ outcome }) => outcome === 'issued')).toHaveLength(4)
    expect(
      results.filter((result) => result.outcome === 'refused' && result.code === 'too_many_credentials'),
    ).toHaveLength(16)
    expect(await room.stores.clientCredentials.of(client.id)).toHaveLength(5)
  })

  test('make room for another when deleted', async () => {
    const client = await confidentialClient()
    const issued = [await issue(client), await issue(client), await issue(client), await issue(client)]
    const [first] = issued
    if (!first) throw new RangeError()
    expect(await room.act((acting) => deleteCredential(acting, first.credential.id))).toBeDefined()
    await issue(client)
    expect((await readClient(client.clientId)).credentials).toHaveLength(5)
  })

  test('each prove the client, and no other text or client does', async () => {
    const { clientId } = await confidentialClient()
    const client = await readClient(clientId)
    const [a, b] = [await issue(client), await issue(client)]
    const now = await readClient(clientId)
    expect(findCredential(now, a.secret, start)).toBe(a.credential.id)
    expect(findCredential(now, b.secret, start)).toBe(b.credential.id)
    expect(findCredential(now, `${a.secret}x`, start)).toBeUndefined()
    expect(findCredential(now, '', start)).toBeUndefined()
    // What a thief of the database has is not what is shown.
    expect(findCredential(now, sha256(a.secret), start)).toBeUndefined()
    expect(findCredential(await confidentialClient(), a.secret, start)).toBeUndefined()
  })

  test('prove nothing any more once deleted, and the others still do', async () => {
    const client = await confidentialClient()
    const [a, b] = [await issue(client), await issue(client)]
    await room.act((acting) => deleteCredential(acting, a.credential.id))
    const now = await readClient(client.clientId)
    expect(findCredential(now, a.secret, start)).toBeUndefined()
    expect(findCredential(now, b.secret, start)).toBe(b.credential.id)
    expect(await room.act((acting) => deleteCredential(acting, a.credential.id))).toBeUndefined()
  })

  test('prove nothing from the instant on at which they expire, on a node that has read them before', async () => {
    const client = await confidentialClient()
    const expiresAt = addSeconds(start, 60)
    const issued = await room.act((acting) => issueCredential(acting, client, { expiresAt }))
    if (issued.outcome !== 'issued') throw new RangeError(issued.code)
    const read = await readClient(client.clientId)
    expect(findCredential(read, issued.secret, addSeconds(start, 59))).toBe(issued.credential.id)
    expect(findCredential(read, issued.secret, expiresAt)).toBeUndefined()
    expect(findCredential(read, issued.secret, addSeconds(start, 61))).toBeUndefined()
  })

  test('are told of by events without the secret', async () => {
    const client = await confidentialClient()
    const { credential, secret } = await issue(client)
    await room.act((acting) => deleteCredential(acting, credential.id))
    const told = {
      actor: { type: 'operator' },
      organizationId: null,
      data: clientSecretObject(credential),
    }
    expect(await room.eventsOf('client_secret.created', credential.id)).toEqual([told])
    expect(await room.eventsOf('client_secret.deleted', credential.id)).toEqual([told])
    const all = await room.stores.events.byName('client_secret.created', 1000)
    expect(JSON.stringify(all)).not.toContain(secret)
  })
})
