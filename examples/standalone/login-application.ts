import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NotFoundException, WorkOS } from '@workos-inc/node'
import express, { type Express } from 'express'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { html } from '../relying-party/html.ts'
import { type Person, personWith } from './people.ts'

/*
 * Your login, our OAuth: an application with people of its own. Latchkey sends them here to sign in; this says who they
 * are, and sends them back.
 */

export interface LoginApplicationOptions {
  /** Where Latchkey is. */
  readonly issuer: string
  /** Of its management API, with the permission users:write. */
  readonly apiKey: string
}

const page = (title: string, content: ReturnType<typeof html>): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          body { font: 1rem/1.5 system-ui; max-width: 24rem; margin: 4rem auto; padding: 0 1rem; }
          label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
          input, button { margin: 0.25rem 0 1rem; padding: 0.5rem; }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${content}
      </body>
    </html>`.markup

/** What of it is put into the page. */
interface Known {
  readonly application?: string
  readonly email?: string
}

const loginPage = (externalAuthId: string, problem?: string, { application, email }: Known = {}): string =>
  page(
    'Northwind login',
    html`${application === undefined ? undefined : html`<p id="application">To go on to ${application}</p>`}
      ${problem === undefined ? undefined : html`<p id="problem" role="alert">${problem}</p>`}
      <form method="post" action="/login">
        <input type="hidden" name="external_auth_id" value="${externalAuthId}" />
        <label for="email">Email address</label>
        <input id="email" name="email" type="email" autocomplete="username" value="${email ?? ''}" required autofocus />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        <button id="log-in">Log in</button>
      </form>`,
  )

const OVER = page(
  'This login is over',
  html`<p id="over">It took too long, or was used already. Go back to the application you came from.</p>`,
)

export const createLoginApplication = ({ issuer, apiKey }: LoginApplicationOptions): Express => {
  const { hostname, port, protocol } = new URL(issuer)
  const workos = new WorkOS(apiKey, {
    apiHostname: hostname,
    https: protocol === 'https:',
    ...(port !== '' && { port: Number(port) }),
  })
  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.use((_request, response, next) => {
    response.set({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      // The ID of the sign-in is in the address of the page.
      'referrer-policy': 'no-referrer',
    })
    next()
  })

  // 1. Latchkey sends the browser here, and says what the application asks for. Whoever is logged in to your application
  // already need not be asked again, unless that was before `min_auth_time`. This one asks each time.
  app.get('/login', async (request, response) => {
    const externalAuthId = text(request.query['external_auth_id'])
    const asked = await verified(text(request.query['request']), ownAddress(request.socket.localPort))
    if (asked?.['external_auth_id'] !== externalAuthId) {
      response.status(400).send(OVER)
      return
    }
    const known = { application: text(asked['client_name']), email: text(asked['login_hint']) }
    response.send(loginPage(externalAuthId, undefined, asked['client_name'] === undefined ? {} : known))
  })

  const keys = createRemoteJWKSet(new URL(`${issuer}/oauth2/jwks`))

  /** Anybody can make up an address: what it says counts if Latchkey has signed it, for this page. */
  const verified = (token: string, audience: string): Promise<JWTPayload | undefined> =>
    jwtVerify(token, keys, { issuer, audience, typ: 'login-request+jwt' }).then(
      ({ payload }) => payload,
      () => undefined,
    )

  // 2. Find out who it is, in your own way.
  app.post('/login', async (request, response) => {
    const form = request.body as Readonly<Record<string, unknown>>
    const externalAuthId = text(form['external_auth_id'])
    const person = await personWith(text(form['email']), text(form['password']))
    if (!person) {
      response.status(422).send(loginPage(externalAuthId, 'Email address and password do not match.'))
      return
    }
    const redirectUri = await complete(externalAuthId, person)
    if (redirectUri === undefined) response.status(410).send(OVER)
    // 4. Send the browser back, to exactly where you were told.
    else response.redirect(303, redirectUri)
  })

  // 3. Say who it is.
  const complete = async (
    externalAuthId: string,
    person: Person,
    isAsked = true,
  ): Promise<string | undefined> => {
    try {
      const { redirectUri } = await workos.connect.completeOAuth2({
        externalAuthId,
        user: {
          id: person.id,
          email: person.email,
          firstName: person.firstName,
          lastName: person.lastName,
        },
        // Beyond WorkOS, `auth_time` and `amr` would say when and how: without them it was now.
        // What they choose on the consent page, and the application finds in its access tokens.
        ...(isAsked && {
          userConsentOptions: [
            {
              claim: 'workspace',
              type: 'enum',
              label: 'Workspace',
              choices: person.workspaces.map((name) => ({ value: name.toLowerCase(), label: name })),
            },
          ],
        }),
      })
      return redirectUri
    } catch (error) {
      if (isOver(error)) return undefined
      // An application of your own, which has no consent page.
      if (isAsked && codeOf(error) === 'user_consent_options_not_supported') {
        return complete(externalAuthId, person, false)
      }
      throw error
    }
  }

  return app
}

/** Unknown, expired, or completed before: nothing that trying again would mend. */
const isOver = (error: unknown): boolean =>
  error instanceof NotFoundException || codeOf(error) === 'external_auth_session_already_completed'

const codeOf = (error: unknown): string | undefined => (error as { readonly code?: string }).code

const ownAddress = (port: number | undefined): string => `http://127.0.0.1:${port}/login`

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export interface RunningLoginApplication {
  /** To be set as `standalone_login_uri`. */
  readonly loginUri: string
  close(): Promise<void>
}

/** @param port 0 for any free one. */
export const startLoginApplication = async (
  options: LoginApplicationOptions & { readonly port: number },
): Promise<RunningLoginApplication> => {
  const app = createLoginApplication(options)
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = app.listen(options.port, '127.0.0.1', (error?: Error) =>
      error ? reject(error) : resolve(listening),
    )
  })
  const { port } = server.address() as AddressInfo
  return {
    loginUri: ownAddress(port),
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
