import { connectMachineClient } from '../../examples/machine-client/machine-client.ts'
import { createAccessTokenVerifier } from '../../examples/protected-api/access-token-verifier.ts'
import { connectIntrospection } from '../../examples/protected-api/introspection.ts'
import { startRelyingParty } from '../../examples/relying-party/relying-party.ts'
import { buildApp } from '../app.ts'
import { deleteCredential } from '../clients/credentials.ts'
import { type Config, loadConfig } from '../config/config.ts'
import { createDependencies, type Dependencies } from '../dependencies.ts'
import { actingAs } from '../events/record.ts'
import { openFoundation } from '../foundation.ts'
import { createLogger } from '../observability/logger.ts'
import { parseIssuer } from '../protocol/issuer.ts'
import { paths } from '../protocol/paths.ts'
import {
  DEMO_PASSWORD,
  type DemoData,
  INSIGHTS_SCOPE,
  names,
  OPERATOR,
  prepareDemoData,
} from './demo-data.ts'
import { findFreePort } from './demo-ports.ts'
import { createScreen, type Screen } from './demo-screen.ts'

/*
 * `latchkey demo`: the whole server on this machine, with sample data, two sample applications and a program, so that
 * one can click through everything. It has a store of its own and never touches another.
 */

export const usage = `Usage: latchkey demo [--once]

  --once   stop after the steps that need no browser

Settings: LATCHKEY_PORT (the first of three ports, 3000), LATCHKEY_DATA_DIR (.data/demo).`

export interface DemoCommand {
  /** Writes one line. */
  readonly print: (line: string) => void
  /** Resolves when the process is asked to stop. */
  readonly stopped: Promise<unknown>
}

/** @returns the exit code. */
export const demoCommand = async (
  args: readonly string[],
  { print, stopped }: DemoCommand,
): Promise<number> => {
  if (args.some((argument) => argument !== '--once')) {
    print(usage)
    return 2
  }
  const screen = createScreen(print)
  // It has a store and an issuer of its own, whatever the environment has for another server.
  const wanted = loadConfig(undefined, { DATABASE_URL: '', LATCHKEY_ISSUER: 'http://localhost' })
  const ports = await choosePorts(wanted.port)
  const config = demoConfig(wanted, ports.server)
  if (ports.server !== wanted.port && wanted.port !== 0) {
    print(
      `Port ${wanted.port} is taken, so the demo uses ${ports.server}. LATCHKEY_PORT chooses another one.`,
    )
  }
  print('Starting; the first time takes a few seconds.')

  await using demo = new AsyncDisposableStack()
  const foundation = await openFoundation(config, quiet)
  const dependencies = await createDependencies(config, foundation).catch(async (error: unknown) => {
    await foundation[Symbol.asyncDispose]()
    throw error
  })
  demo.defer(dependencies.close)
  const addresses = {
    server: config.issuer,
    forum: `http://localhost:${ports.forum}`,
    insights: `http://localhost:${ports.insights}`,
  }
  const data = await prepareDemoData(dependencies, addresses)
  const app = await buildApp(dependencies)
  demo.defer(() => app.close())
  await app.listen({ host: config.host, port: config.port })
  dependencies.startJobs()

  const { issuer } = config
  const forum = await startRelyingParty({ issuer, ...data.forum, port: ports.forum, name: names.forum })
  demo.defer(forum.close)
  const insights = await startRelyingParty({
    issuer,
    ...data.insights,
    port: ports.insights,
    name: names.insights,
    scope: INSIGHTS_SCOPE,
    hue: 160,
  })
  demo.defer(insights.close)

  introduce(screen, config, addresses)
  await showMachineToMachine(screen, dependencies, data)
  introduceManagement(screen, issuer, data.apiKey)
  if (!args.includes('--once')) {
    screen.paragraph('Everything is running. Press Ctrl-C to stop.')
    await stopped
  }
  print('')
  print('Stopping.')
  return 0
}

/** Only what went wrong is logged: the terminal is for the steps. */
const quiet = createLogger({ level: 'warn' })

const choosePorts = async (first: number) => {
  const server = await findFreePort(first)
  const forum = await findFreePort(first === 0 ? 0 : server + 1)
  const insights = await findFreePort(first === 0 ? 0 : forum + 1)
  return { server, forum, insights }
}

const STANDARD_DIRECTORY = '.data/latchkey'
const DEMO_DIRECTORY = '.data/demo'

/** On this machine, on the embedded store, in a directory that nothing else uses. */
const demoConfig = (wanted: Config, port: number): Config => {
  const parsed = parseIssuer(`http://localhost:${port}`, false)
  if ('problem' in parsed) throw new Error(parsed.problem)
  const directory =
    wanted.database.kind === 'embedded' && wanted.database.directory !== STANDARD_DIRECTORY
      ? wanted.database.directory
      : DEMO_DIRECTORY
  return {
    ...wanted,
    issuer: parsed.issuer,
    host: 'localhost',
    port,
    database: { kind: 'embedded', directory },
    // The one kept beside the data: whatever the environment has belongs to another store.
    secret: undefined,
    logLevel: 'warn',
  }
}

const introduce = (
  screen: Screen,
  { database, mail }: Config,
  addresses: { readonly server: string; readonly forum: string; readonly insights: string },
): void => {
  screen.heading('Latchkey is running')
  screen.facts([
    ['Server', addresses.server],
    ['Discovery', `${addresses.server}${paths.openidConfiguration}`],
    [names.forum, `${addresses.forum}   your own application (first-party)`],
    [names.insights, `${addresses.insights}   somebody else's, of the organization Globex (third-party)`],
    ...(database.kind === 'embedded'
      ? [['Data', `${database.directory}   delete it to start afresh`] as const]
      : []),
  ])
  screen.heading('Who can sign in')
  screen.facts([
    ['ada@example.com', 'member of Acme'],
    ['grace@example.com', 'member of Acme and of Globex'],
    ['Password of both', DEMO_PASSWORD],
  ])
  screen.heading('In your browser')
  screen.step(
    `Open ${addresses.forum} and press "Sign in with Latchkey". Sign in as ada@example.com. ${names.forum} is your own application, so you are back at once, without being asked what it may do.`,
  )
  screen.step(
    'Press "Call userinfo", then "Refresh tokens". The page shows what the application was told, claim by claim.',
  )
  screen.step(
    `Open ${addresses.insights} in the same browser. Ada is signed in already, so no password; but ${names.insights} belongs to somebody else, so she is asked. Press "Deny" and see how the application takes it. Try again and press "Allow".`,
  )
  screen.step(
    'Do the same as grace@example.com in a private window. She is a member of two organizations, so she chooses the one she acts for.',
  )
  screen.step(
    `Sign out, open ${addresses.forum} and press "Create an account", with any e-mail address. ${
      mail
        ? 'A code comes by mail.'
        : `No mail leaves this machine: the code is at ${addresses.server}${paths.developmentMail}.`
    }`,
  )
}

/** How everything is administered; the official SDK of WorkOS would do the same. */
const introduceManagement = (screen: Screen, issuer: string, apiKey: string): void => {
  screen.heading('Administer it: the dashboard and the management API')
  screen.facts([
    ['Dashboard', `${issuer}${paths.dashboard}   as ${OPERATOR}`],
    ['API key', `${apiKey}   good until the next start`],
    ['Reference', `${issuer}${paths.apiReference}   to read, and to try with the key`],
  ])
  screen.step('List the applications of this demo:')
  screen.detail(`curl ${issuer}/connect/applications --header "Authorization: Bearer ${apiKey}"`)
}

/** What a program does without a user, done here over HTTP. */
const showMachineToMachine = async (
  screen: Screen,
  { config: { issuer }, environmentClientId, transaction, clock, random }: Dependencies,
  { forum, nightlyExport }: DemoData,
): Promise<void> => {
  screen.heading('Without a browser: a program of Acme, on its own behalf')
  const { clientId, clientSecret } = nightlyExport
  const accessToken = await connectMachineClient({ issuer, clientId, clientSecret })
  const token = await accessToken()
  screen.step(
    `${names.nightlyExport} got an access token from ${issuer}${paths.token} (client_credentials). It says:`,
  )
  screen.detail(decoded(token))

  const verify = createAccessTokenVerifier({ issuer, audience: environmentClientId })
  const caller = await verify(token)
  screen.step(
    `An API verified it by the published keys (${issuer}${paths.jwks}), without asking anybody: good, from ${caller.organizationId}, with ${caller.scopes.join(' and ')}.`,
  )

  const introspect = await connectIntrospection({ issuer, ...forum })
  const before = await introspect(token)
  screen.step(`Another API asked the server about it (introspection): active: ${before.active}`)

  await transaction((stores) =>
    deleteCredential(actingAs({ type: 'operator' }, { stores, now: clock.now(), random }), nightlyExport.id),
  )
  screen.step('The operator deleted the credential that the program had shown.')
  const after = await introspect(token)
  screen.step(
    `The second API asked again: active: ${after.active}. The first one, which does not ask, would take the token until it expires: at most ${before.exp === undefined || before.iat === undefined ? 'some' : before.exp - before.iat} seconds.`,
  )
}

/** Header and claims of a JWT, as anybody who holds it can read them. */
const decoded = (token: string): string =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) =>
      JSON.stringify(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown, null, 2),
    )
    .join('\n')
