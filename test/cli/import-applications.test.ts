import { readFile, stat } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeFailure } from '../../src/cli/failure.ts'
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

  const client = (id: string, more: object = {}) => ({
    ...{ client_id: id, grant_types: ['authorization_code'], skip_consent: true },
    ...{ redirect_uris: [`https://${id}.example.com/`], ...more },
  })

  test('refuses an entry that is no client, and one that is there twice, and makes all others', async () => {
    const entries = [
      client('first'),
      5,
      { client_name: 'Nobody' },
      client('listed', { redirect_uris: 'https://listed.example.com/' }),
      client('first', { client_name: 'Once more' }),
      client('mobile', { redirect_uris: ['com.example.app:/'], scope: 'photos' }),
      client('last'),
    ]
    const told = [
      'Entry 2: is no object.',
      'Entry 3: client_id is missing.',
      'listed: redirect_uris is no list.',
      'first: is in the file twice, and was taken over already.',
      expect.stringMatching(/^mobile: .*There is no permission photos\.$/),
    ]
    const path = await room.file('mixed.json', JSON.stringify({ items: entries }))
    const out = room.path('mixed.out')
    expect(await room.command('applications', path, '--from', 'hydra', '--out', out)).toBe(1)
    expect(room.printed).toEqual([...told, 'Created: 2. Done before: 0. Refused: 5.'])
    expect(await made('Once more')).toEqual([])
    expect(await room.command('applications', path, '--from', 'hydra', '--out', out)).toBe(1)
    expect(room.printed).toEqual([...told, 'Created: 0. Done before: 2. Refused: 5.'])

    const clients = [{ clientId: 'api', bearerOnly: true }, { clientId: 'odd', enabled: 'yes' }, null]
    const realm = await room.file('mixed-realm.json', JSON.stringify({ realm: 'acme', clients }))
    expect(await room.command('applications', realm, '--from', 'keycloak', '--dry-run')).toBe(1)
    expect(room.printed.slice(1, -1)).toEqual([
      'odd: enabled is neither true nor false.',
      'Entry 3: is no object.',
    ])
  })

  test.each([
    [
      'hydra',
      '{"realm":"acme","clients":[]}',
      /is not a list of clients of Hydra \(it is no list\); .* --from keycloak\.$/,
    ],
    ['hydra', 'clients', /is not JSON, as a list of clients of Hydra would be; name what .*\.$/],
    ['hydra', '[]', /has no client in it; see that it was exported whole\.$/],
    [
      'keycloak',
      '[{"client_id":"a"}]',
      /is not the export of a realm .* \(it is no object\); .* --from hydra\.$/,
    ],
    [
      'keycloak',
      '{"items":[]}',
      /is not the export of a realm .* \(its realm is missing\); .* --from hydra\.$/,
    ],
    ['keycloak', '{"realm":"acme"}', /has no client in it; see that it was exported whole\.$/],
  ])('says in one sentence what is no export of %s (%s)', async (from, content, sentence) => {
    const path = await room.file('wrong.json', content)
    const asked = ['applications', path, '--from', from, '--dry-run']
    const failure = describeFailure(await room.command(...asked).catch((error: unknown) => error))
    expect(failure).toMatch(sentence)
    expect(failure).not.toContain('\n')
  })

  test.each(['garbage', '{"line":1,"outcome":"created"}\n'])(
    'writes to no file that it has not written itself, as that would not say who is here (%s)',
    async (content) => {
      const path = await room.file('again.json', JSON.stringify([client('again')]))
      const out = await room.file('again.out', content)
      await expect(room.command('applications', path, '--from', 'hydra', '--out', out)).rejects.toThrow(
        `The file ${out} was not written by this command (line 1); name another one.`,
      )
      expect(await readFile(out, 'utf8')).toBe(content)
      expect(await made('again')).toEqual([])
    },
  )
})
