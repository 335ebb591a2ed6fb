import { readFile, stat } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Transaction } from '../../src/storage/transaction.ts'
import { clientToken } from '../support/relying-party.ts'
import { type ImportRoom, linesOf, openImportRoom } from './import-room.ts'

let room: ImportRoom
beforeAll(async () => {
  room = await openImportRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

describe('latchkey import applications', () => {
  const hydra = [
    {
      client_id: 'forum',
      client_name: 'Forum <b>',
      grant_types: ['authorization_code', 'refresh_token', 'implicit'],
      response_types: ['code'],
      redirect_uris: ['https://forum.example.com/callback'],
      scope: 'openid offline reports:read',
      token_endpoint_auth_method: 'client_secret_basic',
      post_logout_redirect_uris: ['https://forum.example.com/bye'],
      skip_consent: true,
      metadata: {},
    },
    { client_id: 'nightly', grant_types: ['client_credentials'], scope: 'reports:read' },
    {
      client_id: 'spa',
      grant_types: ['authorization_code'],
      redirect_uris: ['https://spa.example.com/'],
      token_endpoint_auth_method: 'none',
    },
    { client_id: 'old', grant_types: ['password'] },
    {
      client_id: 'wild',
      grant_types: ['authorization_code'],
      redirect_uris: ['https://*.example.com/'],
      skip_consent: true,
    },
  ]

  test('makes those of Hydra, and writes down which is which, with a secret that works', async () => {
    const organization = await room.app.fixtures.organization('Partner')
    const path = await room.file('hydra.json', JSON.stringify(hydra))
    expect(
      await room.command(
        'applications',
        path,
        '--from',
        'hydra',
        '--dry-run',
        '--organization',
        organization,
      ),
    ).toBe(1)
    expect(room.printed.join('\n')).toContain('nightly: scopes.0')
    const out = room.path('hydra.out')
    const asked = ['applications', path, '--from', 'hydra', '--create-permissions', '--out', out]
    expect(await room.command(...asked, '--organization', organization)).toBe(1)
    expect(room.printed.at(-1)).toBe('Created: 3. Done before: 0. Refused: 2.')
    expect(room.printed).toContain('forum: the grant implicit is not taken over.')
    expect((await stat(out)).mode & 0o077).toBe(0)
    const results = await linesOf(out)
    const [forum, nightly, spa] = results
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'created',
      'created',
      'created',
      'refused',
      'refused',
    ])
    expect(await room.app.stores.clients.byClientId(forum.client_id)).toMatchObject({
      name: 'Forum <b>',
      isFirstParty: true,
      scopes: ['reports:read'],
      redirectUris: [{ uri: 'https://forum.example.com/callback' }],
      metadata: { post_logout_redirect_uris: ['https://forum.example.com/bye'] },
    })
    expect(spa.client_secret).toBeNull()
    expect(await room.app.stores.clients.byClientId(spa.client_id)).toMatchObject({
      isPublic: true,
      requirePkce: true,
      organizationId: organization,
    })
    await room.app.changesHeard()
    const token = await clientToken(room.app, {
      clientId: nightly.client_id,
      clientSecret: nightly.client_secret,
    } as never)
    expect(token).toBeTruthy()
    expect(await room.command(...asked, '--organization', organization)).toBe(1)
    expect(room.printed.at(-1)).toBe('Created: 0. Done before: 3. Refused: 2.')
  })

  test('makes those of a realm of Keycloak that can be taken over, and says why not the others', async () => {
    const realm = {
      realm: 'acme',
      clients: [
        { clientId: 'account', standardFlowEnabled: true },
        {
          clientId: 'shop',
          name: ['$', '{client_shop}'].join(''),
          protocol: 'openid-connect',
          standardFlowEnabled: true,
          directAccessGrantsEnabled: true,
          publicClient: true,
          rootUrl: 'https://shop.example.com',
          redirectUris: ['/callback'],
          attributes: { 'pkce.code.challenge.method': 'S256', 'post.logout.redirect.uris': '/bye##+' },
        },
        { clientId: 'batch', standardFlowEnabled: false, serviceAccountsEnabled: true },
        { clientId: 'api', bearerOnly: true },
        { clientId: 'saml', protocol: 'saml' },
        { clientId: 'any', standardFlowEnabled: true, redirectUris: ['https://any.example.com/*'] },
      ],
    }
    const path = await room.file('clients.json', JSON.stringify(realm))
    const out = room.path('keycloak.out')
    expect(await room.command('applications', path, '--from', 'keycloak', '--out', out)).toBe(1)
    expect(room.printed).toContain('shop: the password grant is not taken over: there is none.')
    expect(room.printed.join('\n')).toMatch(/batch: it needs an organization/)
    expect(room.printed.join('\n')).toMatch(
      /any: the redirect URI https:\/\/any\.example\.com\/\* has a wildcard/,
    )
    expect(room.printed.at(-1)).toBe('Created: 1. Done before: 0. Refused: 4.')
    const [shop] = await linesOf(out)
    expect(await room.app.stores.clients.byClientId(shop.client_id)).toMatchObject({
      name: 'shop',
      isFirstParty: true,
      isPublic: true,
      redirectUris: [{ uri: 'https://shop.example.com/callback' }],
      metadata: { post_logout_redirect_uris: ['https://shop.example.com/bye'] },
    })
  })

  /** Works, and then it is over, before or after the transaction has ended. */
  const killed =
    (when: 'before' | 'after'): Transaction =>
    async (work) => {
      const kill = () => {
        throw new Error('killed')
      }
      const result = await room.transaction(async (stores) => {
        const done = await work(stores)
        return when === 'before' ? kill() : done
      })
      return when === 'after' ? kill() : result
    }

  const made = async (name: string) => {
    const { kysely } = room.app.testDatabase.database
    const { rows } = await sql<{ id: string }>`select id from application where name = ${name}`.execute(
      kysely,
    )
    return rows.map(({ id }) => id)
  }

  test.each(['before', 'after'] as const)(
    'loses no secret and makes none twice, when it is killed %s one was made',
    async (when) => {
      const organization = await room.app.fixtures.organization('Partner')
      const client = { client_id: `batch ${when}`, grant_types: ['client_credentials'], scope: '' }
      const path = await room.file(`${when}.json`, JSON.stringify([client]))
      const out = room.path(`${when}.out`)
      const asked = [
        ...['applications', path, '--from', 'hydra', '--out', out],
        ...['--organization', organization],
      ]
      await expect(room.commandOn(killed(when), ...asked)).rejects.toThrow('killed')
      // Written down first: of what was made, there is nothing that nobody knows.
      expect(await linesOf(out)).toHaveLength(1)
      expect(await room.command(...asked)).toBe(0)
      expect(room.printed.at(-1)).toMatch(when === 'before' ? /^Created: 1\./ : /Done before: 1\./)
      const [last] = (await linesOf(out)).slice(-1)
      expect(await made(client.client_id)).toEqual([last.application_id])
      await room.app.changesHeard()
      const token = await clientToken(room.app, {
        ...{ clientId: last.client_id, clientSecret: last.client_secret },
      } as never)
      expect(token).toBeTruthy()
      expect(await room.command(...asked)).toBe(0)
      expect(room.printed.at(-1)).toBe('Created: 0. Done before: 1. Refused: 0.')
    },
  )

  test('goes on after a line that was cut short', async () => {
    const client = { client_id: 'torn', grant_types: ['authorization_code'], skip_consent: true }
    const path = await room.file(
      'torn.json',
      JSON.stringify([{ ...client, redirect_uris: ['https://torn.example.com/'] }]),
    )
    const out = await room.file('torn.out', '{"old_client_id":"torn","outcome":"created","applica')
    const asked = ['applications', path, '--from', 'hydra', '--out', out]
    expect(await room.command(...asked)).toBe(0)
    const [torn, whole] = (await readFile(out, 'utf8')).trim().split('\n')
    expect(torn).toBe('{"old_client_id":"torn","outcome":"created","applica')
    expect(JSON.parse(whole ?? '')).toMatchObject({ old_client_id: 'torn', outcome: 'created' })
    expect(await room.command(...asked)).toBe(0)
    expect(room.printed.at(-1)).toBe('Created: 0. Done before: 1. Refused: 0.')
  })
})
