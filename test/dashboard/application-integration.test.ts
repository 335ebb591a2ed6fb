import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { freePort, startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { clientToken, obtainTokens, textOf } from '../support/relying-party.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { operatorAt } from './dashboard-room.ts'

/* The code that the pages show is taken from them, and run. */

let app: TestApp
let operator: TestBrowser
let folder: string
let user: TestUser
let web: TestApplication
let single: TestApplication
let machine: TestApplication
let apostrophes: TestApplication
let port: number
const running = new Set<ChildProcessWithoutNullStreams>()

beforeAll(async () => {
  app = await startTestApp()
  operator = (await operatorAt(app, 'viewer')).browser
  folder = (await temporaryDirectory()).path
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
  port = await freePort()
  user = await app.fixtures.user()
  await app.fixtures.permission('reports:read')
  web = await app.fixtures.firstParty({
    redirectUris: [`http://127.0.0.1:${port}/signed-in/callback`],
    scopes: ['reports:read'],
  })
  single = await app.fixtures.firstParty({
    isPublic: true,
    requirePkce: true,
    redirectUris: [`http://127.0.0.1:${port}/callback`],
  })
  apostrophes = await app.fixtures.firstParty({
    redirectUris: [`http://127.0.0.1:${port}/a+b/it's;c=d,e?f=g+h,i;j='k'`],
    scopes: ['reports:read'],
  })
  machine = await app.fixtures.m2m(await app.fixtures.organization(), { scopes: ['reports:read'] })
})
afterAll(async () => {
  for (const child of running) child.kill()
  await app[Symbol.asyncDispose]()
})

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** The code on the page, as a browser shows it. */
const snippetOf = async ({ id }: Pick<TestApplication, 'id'>, library: string): Promise<string> => {
  const { status, body } = await operator.get(`/dashboard/applications/${id}/integrate?with=${library}`)
  expect(status).toBe(200)
  expect(body).toMatch(new RegExp(`<a id="with-${library}"[^>]*aria-current="true"`))
  const [, markup = ''] = /<pre id="snippet"[^>]*><code>([\s\S]*?)<\/code>/.exec(body) ?? []
  return markup.replaceAll(/&(\w+|#39);/g, (_, name: string) => entities[name] ?? '')
}

const saved = (file: string, code: string): string => {
  const path = join(folder, file)
  writeFileSync(path, code)
  return path
}

const started = (command: string, args: readonly string[], environment: Record<string, string> = {}) => {
  const child = spawn(command, args, { env: { ...process.env, ...environment } })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** What a program prints until it ends. */
const outputOf = async (child: ChildProcessWithoutNullStreams, input = ''): Promise<string> => {
  child.stdin.end(input)
  const [output, problems] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(child.exitCode ?? (await once(child, 'exit'))[0], problems).toBe(0)
  return output
}

/** Starts a server, and does something with it. */
const serving = async (
  file: string,
  code: string,
  environment: Record<string, string>,
  work: () => Promise<void>,
) => {
  const child = started(process.execPath, [saved(file, code)], environment)
  let problems = ''
  child.stderr.on('data', (part: Buffer) => (problems += part.toString()))
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => reject(new Error(problems)))
  })
  try {
    await work()
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

/** Signs in at a program that is listening. @returns what it says of the user. */
const signedIn = async (): Promise<Record<string, unknown>> => {
  const there = createBrowser(`http://127.0.0.1:${port}`)
  const sent = await there.get('/sign-in')
  expect(sent.url.origin).toBe(app.issuer)
  const answered = await followAuthorization(sent.url, user)
  return JSON.parse((await there.get(answered.href)).body) as Record<string, unknown>
}

const PARSE_PYTHON = ['-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())']

describe('of an application with users', () => {
  test('openid-client signs people in, as it stands', async () => {
    const environment = { CLIENT_SECRET: web.clientSecret }
    await serving('app.mjs', await snippetOf(web, 'openid-client'), environment, async () => {
      expect(await signedIn()).toMatchObject({ iss: app.issuer, sub: user.id, email: user.email })
    })
  })

  test('openid-client signs people in without a secret, where the application keeps none', async () => {
    const code = await snippetOf(single, 'openid-client')
    expect(code).not.toContain('SECRET')
    await serving('public.mjs', code, {}, async () => {
      expect(await signedIn()).toMatchObject({ sub: user.id })
    })
  })

  test('Passport signs people in, as it stands', async () => {
    const environment = { CLIENT_SECRET: web.clientSecret }
    await serving('passport.mjs', await snippetOf(web, 'passport'), environment, async () => {
      expect(await signedIn()).toMatchObject({ id: user.id, emails: [{ value: user.email }] })
    })
  })

  test.each([
    ['with its secret', () => web],
    ['without one', () => single],
    ['with an address that has to be quoted', () => apostrophes],
  ])('curl goes through the flow %s, as it stands', async (_how, of) => {
    const { clientSecret, ...application } = of()
    const script = saved('sign-in.sh', await snippetOf(application, 'curl'))
    const child = started('bash', [script], { CLIENT_SECRET: clientSecret })
    const [part] = (await once(child.stdout, 'data')) as [Buffer]
    const [, address = ''] = /^Open: (\S+)/.exec(part.toString()) ?? []
    const answered = await followAuthorization(new URL(address), user)
    const tokens = JSON.parse(await outputOf(child, `${answered.href}\n`)) as Record<string, unknown>
    expect(tokens).toMatchObject({
      token_type: 'Bearer',
      scope: expect.stringMatching(/^openid profile email/),
    })
  })

  test('openid-client signs people in at an address that has to be quoted', async () => {
    const redirectUris = [`http://127.0.0.1:${port}/a+b/it's;c=d,e`]
    const quoted = await app.fixtures.firstParty({ redirectUris })
    const environment = { CLIENT_SECRET: quoted.clientSecret }
    await serving('quoted.mjs', await snippetOf(quoted, 'openid-client'), environment, async () => {
      expect(await signedIn()).toMatchObject({ sub: user.id })
    })
  })

  test('Passport does so at one with a query', async () => {
    const environment = { CLIENT_SECRET: apostrophes.clientSecret }
    await serving('query.mjs', await snippetOf(apostrophes, 'passport'), environment, async () => {
      expect(await signedIn()).toMatchObject({ id: user.id })
    })
  })

  test('openid-client, which repeats a redirect URI without its query, is not there for one that has a query', async () => {
    const redirectUris = [`http://127.0.0.1:${port}/callback?a=b`]
    const { id } = await app.fixtures.firstParty({ redirectUris })
    const { body } = await operator.get(`/dashboard/applications/${id}/integrate`)
    expect(body).toContain('id="with-passport"')
    expect(body).not.toContain('id="with-openid-client"')
  })

  test('an API that verifies with jose takes its tokens, and no others', async () => {
    const apiPort = String(await freePort())
    const address = `http://127.0.0.1:${apiPort}/`
    const own = textOf(await obtainTokens(app, web, user, { scope: 'openid reports:read' }), 'access_token')
    const others = textOf(await clientToken(app, machine), 'access_token')
    const statusWith = async (token: string) =>
      (await fetch(address, { headers: { authorization: `Bearer ${token}` } })).status
    await serving('api.mjs', await snippetOf(web, 'jose'), { PORT: apiPort }, async () => {
      const answer = await fetch(address, { headers: { authorization: `Bearer ${own}` } })
      expect(await answer.json()).toEqual({ subject: user.id, scopes: ['openid', 'reports:read'] })
      expect([await statusWith(others), await statusWith(`${own.slice(0, -4)}AAAA`)]).toEqual([401, 401])
      expect((await fetch(address)).status).toBe(401)
    })
  })

  // Their libraries are not among those that are installed here: read by the language where it is, and for what they say.
  test.each([
    ['omniauth', 'ruby', ['-c'], () => web],
    ['authlib', 'python3', PARSE_PYTHON, () => web],
    ['authlib', 'python3', PARSE_PYTHON, () => machine],
    ['omniauth', 'ruby', ['-c'], () => apostrophes],
    ['authlib', 'python3', PARSE_PYTHON, () => apostrophes],
  ])(
    '%s is a program of its language, with the values of the application',
    async (library, language, args, of) => {
      const application = of()
      const code = await snippetOf(application, library)
      for (const value of [app.issuer, application.clientId, application.redirectUri, 'reports:read']) {
        expect(library === 'omniauth' ? code.replaceAll("\\'", "'") : code).toContain(value)
      }
      const child = started(language, [...args, saved('parsed', code)])
      const isInstalled = await once(child, 'spawn').then(
        () => true,
        () => false,
      )
      if (isInstalled) await outputOf(child)
    },
  )

  test.each([
    ['as it is', () => web],
    ['quoted', () => apostrophes],
  ])('Spring has the settings of a registration and its provider, with its address %s', async (_how, of) => {
    const application = of()
    const { spring } = parse(await snippetOf(application, 'spring'))
    expect(spring.security.oauth2.client).toEqual({
      provider: { latchkey: { 'issuer-uri': app.issuer } },
      registration: {
        latchkey: {
          'client-id': application.clientId,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of Spring's.
          'client-secret': '${CLIENT_SECRET}',
          'authorization-grant-type': 'authorization_code',
          'redirect-uri': application.redirectUri,
          scope: 'openid,profile,email,reports:read',
        },
      },
    })
  })
})

describe('of an application of a machine', () => {
  test('openid-client and curl get a token, as they stand', async () => {
    const environment = { CLIENT_SECRET: machine.clientSecret }
    const program = saved('token.mjs', await snippetOf(machine, 'openid-client'))
    const script = saved('token.sh', await snippetOf(machine, 'curl'))
    const got = JSON.parse(await outputOf(started(process.execPath, [program], environment)))
    expect(got).toEqual({ accessToken: expect.stringMatching(/^eyJ/), seconds: 300 })
    const answer = JSON.parse(await outputOf(started('bash', [script], environment)))
    expect(answer).toMatchObject({ token_type: 'Bearer', scope: 'reports:read' })
  })

  test('Spring has the settings of a client of its own', async () => {
    const { spring } = parse(await snippetOf(machine, 'spring'))
    expect(spring.security.oauth2.client.registration.latchkey).toMatchObject({
      'client-id': machine.clientId,
      'authorization-grant-type': 'client_credentials',
      scope: 'reports:read',
    })
  })

  test('there is nothing of signing in', async () => {
    const { body } = await operator.get(`/dashboard/applications/${machine.id}/integrate`)
    expect(body.match(/id="with-[^"]+"/g)).toEqual(
      ['openid-client', 'curl', 'authlib', 'spring', 'jose'].map((id) => `id="with-${id}"`),
    )
  })
})

describe('whatever somebody has registered', () => {
  test('no code holds an address that would end a string or run a command in it', async () => {
    const evil = "https://evil.example/'$(touch%20x)`id`"
    const application = await app.fixtures.firstParty({ redirectUris: [evil] })
    for (const library of ['openid-client', 'passport', 'omniauth', 'authlib', 'spring', 'curl', 'jose']) {
      expect(await snippetOf(application, library)).not.toContain('evil')
    }
    const { body } = await operator.get(`/dashboard/applications/${application.id}/integrate`)
    expect(body).toContain('put in yours, quoted as the language has it')
  })

  test('and why an example is in the code is told: none is of the web, or none can be quoted as it is', async () => {
    for (const [uri, reason] of [
      ['com.example.app:/callback', 'register yours'],
      ['https://x.example.com/a(b)', 'put in yours, quoted as the language has it'],
      ['https://x.example.com/cb%27x', 'put in yours, quoted as the language has it'],
    ] as const) {
      const { id } = await app.fixtures.firstParty({ redirectUris: [uri] })
      expect((await operator.get(`/dashboard/applications/${id}/integrate`)).body, uri).toContain(reason)
    }
  })

  test('an application that is not there has no page', async () => {
    for (const page of ['integrate', 'refusals']) {
      const path = `/dashboard/applications/conn_app_01ARZ3NDEKTSV4RRFFQ69G5FAV/${page}`
      expect(await operator.get(path)).toMatchObject({ status: 404 })
    }
  })
})

describe('the refused requests', () => {
  test('teach what will be there, and then say what was refused and why, as text', async () => {
    const path = `/dashboard/applications/${web.id}/refusals`
    expect((await operator.get(path)).body).toContain('Nothing was refused lately')
    await fetch(
      `${app.issuer}/oauth2/authorize?${new URLSearchParams({
        client_id: web.clientId,
        redirect_uri: 'https://evil.example/"><script>alert(1)</script>',
      })}`,
    )
    await clientToken(app, { ...web, clientSecret: 'lk_secret_wrong' })
    const { body } = await operator.get(path)
    expect(body).toContain('redirect_uri is not registered')
    expect(body).toContain('invalid_client')
    expect(body).not.toMatch(/<script>|lk_secret_wrong/)
    expect((await operator.get(`${path}?after=forged`)).status).toBe(422)
  })
})
