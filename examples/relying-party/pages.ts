import { type Html, html } from './html.ts'
import type { Problem } from './problem.ts'
import type { SignedIn } from './visits.ts'

export interface Look {
  /** Of the application. */
  readonly name: string
  /** Where one signs in. */
  readonly issuer: string
  /** Whether somebody new can create an account there. */
  readonly takesNewUsers: boolean
}

const page = ({ name }: Look, title: string, content: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <header>
    <a class="brand" href="/"><span class="mark" aria-hidden="true">${initials(name)}</span>${name}</a>
    <span class="kind">Sample application</span>
  </header>
  <main>${content}</main>
</body>
</html>
`.markup

export const signedOutPage = (look: Look): string =>
  page(
    look,
    look.name,
    html`
    <section class="card">
      <h1>Welcome to ${look.name}</h1>
      <p>This application never sees a password. It sends you to <b>${new URL(look.issuer).host}</b>, which asks who
      you are and sends you back with a signed answer.</p>
      <a class="button" id="sign-in" href="/sign-in">Sign in with Latchkey</a>
      ${look.takesNewUsers ? html`<p class="quiet">New here? <a id="sign-up" href="/sign-up">Create an account</a></p>` : undefined}
    </section>`,
  )

/** Shown in place of the page one was waiting for. */
export const problemPage = (look: Look, problem: Problem): string =>
  page(
    look,
    `Not signed in: ${look.name}`,
    html`
    <section class="card">
      <h1>You are not signed in</h1>
      <p>${problem.sentence}</p>
      <p class="quiet">Code: <code>${problem.code}</code></p>
      ${problem.detail === undefined ? undefined : html`<p class="quiet">${problem.detail}</p>`}
      <a class="button" id="sign-in" href="/sign-in">Try again</a>
    </section>`,
  )

export const signedInPage = (look: Look, signedIn: SignedIn): string => {
  const { claims, userinfo, notice, expiresAt, scope, refreshToken, refreshes } = signedIn
  const email = textOf(claims['email'])
  const name = textOf(claims['name']) ?? email ?? claims.sub
  return page(
    look,
    `${name}: ${look.name}`,
    html`
    ${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
    <section class="card">
      <div class="person">
        <span class="portrait" aria-hidden="true">${initials(name)}</span>
        <div>
          <h1>${name}</h1>
          ${email === undefined ? undefined : html`<p class="quiet" id="email">${email}</p>`}
        </div>
      </div>
      <dl>
        <div><dt>Organization</dt><dd id="organization">${textOf(claims['org_id']) ?? 'none'}</dd></div>
        <div><dt>Granted</dt><dd>${scope.split(' ').map((token) => html`<code class="scope">${token}</code> `)}</dd></div>
        <div><dt>Access token</dt><dd>good until ${timeOf(expiresAt)}</dd></div>
        <div><dt>Refresh token</dt><dd>${refreshToken === undefined ? 'none' : `kept here, ${times(refreshes)}`}</dd></div>
      </dl>
      <div class="actions">
        ${action('userinfo', 'Call userinfo')}
        ${refreshToken === undefined ? undefined : action('refresh', 'Refresh tokens')}
        ${action('sign-out', 'Sign out (here)', 'plain')}
      </div>
    </section>
    ${userinfo === undefined ? undefined : claimTable('userinfo-title', 'Userinfo', 'What the server says now.', userinfo)}
    ${claimTable('claims-title', 'ID token', 'What the server said and signed, at sign-in and again at each refresh.', claims)}`,
  )
}

const action = (name: string, label: string, weight = 'outlined'): Html =>
  html`<form method="post" action="/${name}"><button id="${name}" class="${weight}">${label}</button></form>`

const claimTable = (
  id: string,
  title: string,
  about: string,
  claims: Readonly<Record<string, unknown>>,
): Html => html`
    <section class="card" aria-labelledby="${id}">
      <h2 id="${id}">${title}</h2>
      <p class="quiet">${about}</p>
      <table>
        <thead><tr><th scope="col">Claim</th><th scope="col">Value</th></tr></thead>
        <tbody>${Object.entries(claims).map(([claim, value]) => claimRow(claim, value))}</tbody>
      </table>
    </section>`

const claimRow = (claim: string, value: unknown): Html => html`
          <tr>
            <th scope="row"><code>${claim}</code><small>${meanings[claim]}</small></th>
            <td>${typeof value === 'string' ? value : JSON.stringify(value)}${instantNote(claim, value)}</td>
          </tr>`

/** In plain words (OpenID Connect Core §2, §5.1; org_id is Latchkey's). */
const meanings: Readonly<Record<string, string>> = {
  iss: 'who says so',
  sub: 'who it is about, for good',
  aud: 'the application it is meant for',
  exp: 'not to be accepted after',
  iat: 'when it was said',
  auth_time: 'when the password was given',
  nonce: 'ties it to this sign-in',
  acr: 'how sure the server is',
  amr: 'how the user proved who they are',
  at_hash: 'ties it to the access token',
  sid: 'the session at the server',
  org_id: 'the organization acted for',
  name: 'full name',
  given_name: 'first name',
  family_name: 'last name',
  picture: 'picture',
  locale: 'language',
  updated_at: 'when the profile last changed',
  email: 'e-mail address',
  email_verified: 'whether it was verified',
}

const instants = new Set(['exp', 'iat', 'auth_time', 'updated_at'])

const instantNote = (claim: string, value: unknown): Html | undefined =>
  instants.has(claim) && typeof value === 'number'
    ? html`<small>${new Date(value * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC')}</small>`
    : undefined

const timeOf = (instant: Date): string => `${instant.toISOString().slice(11, 19)} UTC`

const times = (count: number): string =>
  count === 0 ? 'not used yet' : count === 1 ? 'renewed once' : `renewed ${count} times`

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')
