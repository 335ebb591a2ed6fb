import { stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
})
