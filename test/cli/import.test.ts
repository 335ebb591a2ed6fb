import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hash as argon2 } from 'argon2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { importCommand } from '../../src/cli/import.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { signIn } from '../support/follow-authorization.ts'
import { clientToken } from '../support/relying-party.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let app: TestApp
let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  directory = await temporaryDirectory()
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await directory.remove()
})

let printed: string[]
beforeEach(() => {
  printed = []
})

const command = (...args: string[]) =>
  importCommand(args, {
    print: (line) => printed.push(line),
    transaction: transactionOn(app.testDatabase.database.kysely),
    clock: app.clock,
    random: systemRandom,
  })

const file = async (name: string, content: string): Promise<string> => {
  const path = join(directory.path, name)
  await writeFile(path, content)
  return path
}

const userBy = (email: string) => app.stores.users.byNormalizedEmail(email.toLowerCase())

/** Whether the password is theirs, as the sign-in page has it. */
const signsIn = async (email: string, password: string): Promise<boolean> => {
  const browser = createBrowser(app.issuer)
  const visited = await signIn(browser, await browser.get('/account'), { email, password } as never)
  return visited.url.pathname === '/account'
}

/** As Keycloak 26 makes it: 64 bytes by SHA-512, in Base64. */
const keycloakPassword = (password: string) => {
  const salt = randomBytes(16)
  const value = pbkdf2Sync(password, salt, 210_000, 64, 'sha512')
  return {
    type: 'password',
    secretData: JSON.stringify({ value: value.toString('base64'), salt: salt.toString('base64') }),
    credentialData: JSON.stringify({ hashIterations: 210_000, algorithm: 'pbkdf2-sha512' }),
  }
}

const linesOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('latchkey import users', () => {
  test('takes a table over, with passwords and memberships; who is refused is told by line, and keeps nobody back', async () => {
    const organization = await app.fixtures.organization('Acme')
    const hash = await argon2('the old pass phrase')
    const path = await file(
      'users.csv',
      [
        'email,email_verified,first_name,external_id,metadata,password_hash,password_hash_type,organization,role',
        `ada@example.com,true,Ada,crm-1,"{""plan"":""gold""}","${hash}",argon2,${organization},member`,
        'no address,true,,,,,,,',
        'bob@example.com,maybe,,,,,,,',
        `cem@example.com,,,,,,,org_01HZZZZZZZZZZZZZZZZZZZZZZZ,`,
        `dan@example.com,,,,,,,${organization},no-such-role`,
        'eve@example.com,,,,,$2b$nonsense,bcrypt,,',
        'fay@example.com,,"F\u0001ay",,,,,,',
        'gus@example.com,false,Gus,,,,,,',
        '',
      ].join('\n'),
    )
    const report = join(directory.path, 'report.jsonl')
    expect(await command('users', path, '--report', report)).toBe(1)
    expect(printed.at(-1)).toBe('Created: 2. Here already: 0. Refused: 6.')
    const refused = await linesOf(report)
    expect(refused.map(({ line, field }) => [line, field])).toEqual([
      [3, 'email'],
      [4, 'email_verified'],
      [5, 'memberships.0.organization'],
      [6, 'memberships.0.role'],
      [7, 'password_hash'],
      [8, 'first_name'],
    ])
    expect(JSON.stringify(refused) + printed.join()).not.toContain('$2b$nonsense')
    expect((await stat(report)).mode & 0o077).toBe(0)
    const ada = await userBy('ada@example.com')
    expect(ada).toMatchObject({ emailVerified: true, externalId: 'crm-1', metadata: { plan: 'gold' } })
    for (const email of ['cem@example.com', 'dan@example.com', 'eve@example.com']) {
      expect(await userBy(email), email).toBeUndefined()
    }
    expect(await signsIn('ada@example.com', 'another pass phrase')).toBe(false)
    expect(await signsIn('ada@example.com', 'the old pass phrase')).toBe(true)
    const [event] = await app.stores.events.byName('user.created', 1)
    expect(event?.actor).toMatchObject({ type: 'operator' })
  })

  test('takes lines over, passes over those who are here, and goes on after an interruption', async () => {
    const lines = Array.from({ length: 450 }, (_, index) =>
      JSON.stringify({ email: `p${index}@example.com`, external_id: `p-${index}` }),
    )
    const half = await file('half.jsonl', lines.slice(0, 210).join('\r\n'))
    expect(await command('users', half)).toBe(0)
    const path = await file('people.jsonl', `${lines.join('\n')}\n\n`)
    expect(await command('users', path)).toBe(0)
    expect(printed.at(-1)).toBe('Created: 240. Here already: 210. Refused: 0.')
    expect(await command('users', path, '--format', 'jsonl')).toBe(0)
    expect(printed.at(-1)).toBe('Created: 0. Here already: 450. Refused: 0.')
  })

  test('refuses whoever has the external ID of somebody else, for they are not here', async () => {
    const path = await file(
      'twins.jsonl',
      ['one', 'two'].map((name) => `{"email":"${name}@twins.example","external_id":"twin"}`).join('\n'),
    )
    expect(await command('users', path)).toBe(1)
    expect(printed).toEqual([
      'Line 2 (two@twins.example): external_id is that of another user.',
      'Created: 1. Here already: 0. Refused: 1.',
    ])
    expect(await command('users', path)).toBe(1)
    expect(printed.at(-1)).toBe('Created: 0. Here already: 1. Refused: 1.')
  })

  test('writes nothing when it is dry, and no events if told so', async () => {
    const path = await file('dry.jsonl', `{"email":"dry@example.com"}\n{"email":"wet"}\nnot json`)
    const events = async () => (await app.stores.events.page({}, { limit: 1, order: 'desc' })).rows[0]?.id
    const before = await events()
    expect(await command('users', path, '--dry-run')).toBe(1)
    expect(printed.at(-1)).toBe('Would be created: 1. Here already: 0. Refused: 2.')
    expect(await userBy('dry@example.com')).toBeUndefined()
    await command('users', path, '--no-events')
    expect(await userBy('dry@example.com')).toBeDefined()
    expect(await events()).toBe(before)
  })

  test('takes over the users of a realm of Keycloak, who sign in with their password', async () => {
    const realm = {
      realm: 'acme',
      users: [
        {
          id: '6b1f0d4e-5f0b-4b6e-9a57-2f5d3a3d2c11',
          username: 'zoe',
          email: 'zoe@example.com',
          emailVerified: true,
          enabled: true,
          firstName: 'Zoe',
          lastName: 'Zimmer',
          credentials: [keycloakPassword('in the realm')],
        },
        { id: '2', username: 'robot', enabled: true, credentials: [] },
      ],
    }
    const path = await file('realm.json', JSON.stringify(realm))
    expect(await command('users', path, '--format', 'keycloak')).toBe(1)
    expect(printed[0]).toBe('Line 2 (robot): email is no e-mail address.')
    expect(await userBy('zoe@example.com')).toMatchObject({
      externalId: '6b1f0d4e-5f0b-4b6e-9a57-2f5d3a3d2c11',
      lastName: 'Zimmer',
      emailVerified: true,
    })
    expect(await signsIn('zoe@example.com', 'in the realm')).toBe(true)
  })

  /** Somebody of a realm, who may sign in there. */
  const realmUser = (name: string, more: object = {}) => ({
    ...{ id: `realm-${name}`, username: name, email: `${name}@example.com`, enabled: true },
    ...more,
  })
  const realmOf = (name: string, ...users: object[]) =>
    file(`${name}.json`, JSON.stringify({ realm: 'acme', users }))

  test('lets nobody in whom Keycloak had switched off', async () => {
    const path = await realmOf(
      'off',
      realmUser('gone', { enabled: false, credentials: [keycloakPassword('in the realm')] }),
      // Keycloak takes one of whom it is not said for switched off.
      realmUser('unsaid', { enabled: null }),
    )
    expect(await command('users', path, '--format', 'keycloak')).toBe(1)
    expect(printed).toEqual([
      'Line 1 (gone@example.com): is switched off there.',
      'Line 2 (unsaid@example.com): is switched off there.',
      'Created: 0. Here already: 0. Refused: 2.',
    ])
    expect(await userBy('gone@example.com')).toBeUndefined()
  })

  test.each([
    [['users']],
    [['users', 'x.csv', '--format', 'xml']],
    [['users', 'x.csv', '--unknown']],
    [['applications', 'x.json', '--from', 'hydra']],
    [['applications', 'x.json', '--from', 'auth0', '--dry-run']],
    [['organizations', 'x.json']],
  ])('says how it is used (%j)', async (args) => {
    expect(await command(...args)).toBe(2)
    expect(printed[0]).toContain('Usage: latchkey import users FILE')
  })

  test('refuses a table whose columns it does not know, before anybody is made', async () => {
    const path = await file('odd.csv', 'email,shoe_size\nodd@example.com,44\n')
    await expect(command('users', path)).rejects.toThrow('a column shoe_size')
    expect(await userBy('odd@example.com')).toBeUndefined()
  })
})

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
    const organization = await app.fixtures.organization('Partner')
    const path = await file('hydra.json', JSON.stringify(hydra))
    expect(
      await command('applications', path, '--from', 'hydra', '--dry-run', '--organization', organization),
    ).toBe(1)
    expect(printed.join('\n')).toContain('nightly: scopes.0')
    const out = join(directory.path, 'hydra.out')
    const asked = ['applications', path, '--from', 'hydra', '--create-permissions', '--out', out]
    expect(await command(...asked, '--organization', organization)).toBe(1)
    expect(printed.at(-1)).toBe('Created: 3. Done before: 0. Refused: 2.')
    expect(printed).toContain('forum: the grant implicit is not taken over.')
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
    expect(await app.stores.clients.byClientId(forum.client_id)).toMatchObject({
      name: 'Forum <b>',
      isFirstParty: true,
      scopes: ['reports:read'],
      redirectUris: [{ uri: 'https://forum.example.com/callback' }],
      metadata: { post_logout_redirect_uris: ['https://forum.example.com/bye'] },
    })
    expect(spa.client_secret).toBeNull()
    expect(await app.stores.clients.byClientId(spa.client_id)).toMatchObject({
      isPublic: true,
      requirePkce: true,
      organizationId: organization,
    })
    await app.changesHeard()
    const token = await clientToken(app, {
      clientId: nightly.client_id,
      clientSecret: nightly.client_secret,
    } as never)
    expect(token).toBeTruthy()
    expect(await command(...asked, '--organization', organization)).toBe(1)
    expect(printed.at(-1)).toBe('Created: 0. Done before: 3. Refused: 2.')
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
    const path = await file('clients.json', JSON.stringify(realm))
    const out = join(directory.path, 'keycloak.out')
    expect(await command('applications', path, '--from', 'keycloak', '--out', out)).toBe(1)
    expect(printed).toContain('shop: the password grant is not taken over: there is none.')
    expect(printed.join('\n')).toMatch(/batch: it needs an organization/)
    expect(printed.join('\n')).toMatch(/any: the redirect URI https:\/\/any\.example\.com\/\* has a wildcard/)
    expect(printed.at(-1)).toBe('Created: 1. Done before: 0. Refused: 4.')
    const [shop] = await linesOf(out)
    expect(await app.stores.clients.byClientId(shop.client_id)).toMatchObject({
      name: 'shop',
      isFirstParty: true,
      isPublic: true,
      redirectUris: [{ uri: 'https://shop.example.com/callback' }],
      metadata: { post_logout_redirect_uris: ['https://shop.example.com/bye'] },
    })
  })
})
