import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, post, textIn } from '../account/account-room.ts'
import { PNG } from '../management/contract/cases/picture.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import { obtainTokens } from '../support/relying-party.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const updatedAtOn = (visited: Visited): string =>
  /name="updated_at" value="([^"]*)"/.exec(visited.body)?.[1] ?? ''

/** Sends a form of the page, with its token and version. */
const sent = (
  browser: TestBrowser,
  visited: Visited,
  below: string,
  fields: Readonly<Record<string, string>>,
) =>
  post(app, browser, `${visited.url.pathname}${below}`, {
    csrf_token: csrfTokenOn(visited),
    updated_at: updatedAtOn(visited),
    ...fields,
  })

const settingsOf = async (role: 'admin' | 'viewer' = 'admin') => {
  const application = await app.fixtures.firstParty()
  const path = `/dashboard/applications/${application.id}/settings`
  return { application, path, ...(await operatorAt(app, role, path)) }
}

const metadataOf = async (id: string) =>
  (await (await app.management()).get(`/latchkey/v1/applications/${id}/client_metadata`)).body as Record<
    string,
    unknown
  >

describe('the settings of an application at the dashboard', () => {
  test('are saved group by group; what another group holds stays', async () => {
    const { application, browser, visited, path, user } = await settingsOf()
    await sent(browser, visited, '/logout', {
      post_logout_redirect_uris: 'https://forum.example.com/bye\r\n\r\nhttps://forum.example.com/out',
      backchannel_logout_uri: 'https://forum.example.com/logout',
      backchannel_logout_session_required: 'on',
    })
    const saved = await browser.get(path)
    await sent(browser, saved, '/requests', { default_max_age: '600', default_acr_values: 'gold\nsilver' })
    expect(await metadataOf(application.id)).toMatchObject({
      post_logout_redirect_uris: ['https://forum.example.com/bye', 'https://forum.example.com/out'],
      backchannel_logout_uri: 'https://forum.example.com/logout',
      backchannel_logout_session_required: true,
      default_max_age: 600,
      default_acr_values: ['gold', 'silver'],
    })
    const shown = await browser.get(path)
    expect(shown.body).toMatch(/id="default_max_age"[^>]*value="600"/)
    await sent(browser, shown, '/logout', {})
    const metadata = await metadataOf(application.id)
    expect(metadata).not.toHaveProperty('backchannel_logout_session_required')
    expect(metadata).toMatchObject({ default_max_age: 600 })
    const [event] = await eventsOf(app, application.id, ['application.updated'])
    expect(event?.actor).toEqual({ type: 'operator', id: user.id })
  })

  test('that are wrong are refused beside their fields, with what was typed', async () => {
    const { browser, visited, application } = await settingsOf()
    const before = await metadataOf(application.id)
    for (const [below, fields, error] of [
      ['/requests', { default_max_age: '<b>soon</b>' }, 'default_max_age'],
      ['/requests', { initiate_login_uri: 'javascript:alert(1)' }, 'initiate_login_uri'],
      ['/tokens', { subject_type: 'private' }, 'subject_type'],
      ['/about', { contacts: 'a\u0000b' }, 'contacts'],
      ['/lifetimes', { access_token_seconds: '1' }, 'access_token_seconds'],
      ['/lifetimes', { access_token_seconds: 'a minute' }, 'access_token_seconds'],
      ['/keys', { jwks: '{"keys": ' }, 'jwks'],
      ['/keys', { jwks: '[]', jwks_uri: '' }, 'jwks'],
    ] as const) {
      const refused = await sent(browser, visited, below, fields)
      const { body } = refused
      expect(refused.status, JSON.stringify(fields)).toBe(422)
      expect(body, JSON.stringify(fields)).toContain(`id="${error}-error"`)
      expect(body).not.toContain('<b>soon')
    }
    expect(await metadataOf(application.id)).toEqual(before)
  })

  test('say how long its tokens live, and by which keys it proves who it is', async () => {
    const { browser, visited, path, application } = await settingsOf()
    await sent(browser, visited, '/lifetimes', { access_token_seconds: '120' })
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    const jwk = JSON.stringify(await crypto.subtle.exportKey('jwk', publicKey))
    const kept = await sent(browser, await browser.get(path), '/keys', { jwks: jwk })
    expect(kept.status).toBe(303)
    const management = await app.management()
    const at = `/latchkey/v1/applications/${application.id}`
    expect((await management.get(`${at}/token_settings`)).body).toMatchObject({ access_token_seconds: 120 })
    expect((await management.get(`${at}/keys`)).body).toMatchObject({ jwks: { keys: [{ kty: 'EC' }] } })
    await sent(browser, await browser.get(path), '/keys', { jwks: '' })
    expect((await management.get(`${at}/keys`)).body).toMatchObject({ jwks: null })
  })

  test('of two who save at once, the second is told and overwrites nothing', async () => {
    const { browser, visited, application } = await settingsOf()
    await sent(browser, visited, '/lifetimes', { access_token_seconds: '120' })
    const refused = await sent(browser, visited, '/lifetimes', { access_token_seconds: '240' })
    const { body } = refused
    expect(refused.status).toBe(409)
    expect(body).toContain('Saved meanwhile')
    expect(body).toMatch(/id="access_token_seconds"[^>]*value="240"/)
    expect((await app.stores.clients.byId(application.id as never))?.accessTokenSeconds).toBe(120)
  })

  test('are shown to a viewer, who can send none of them', async () => {
    const { browser, visited, application } = await settingsOf('viewer')
    expect(visited.body).not.toContain('id="save-lifetimes"')
    expect(visited.body).toContain('id="access_token_seconds"')
    const forged = await sent(browser, visited, '/lifetimes', { access_token_seconds: '120' })
    expect(forged.status).toBe(403)
    expect((await app.stores.clients.byId(application.id as never))?.accessTokenSeconds).toBeNull()
  })
})

describe('a machine, which nobody signs in to', () => {
  test('has no pages of people and logos, and takes no form of them', async () => {
    const { id } = await app.fixtures.m2m(await app.fixtures.organization())
    const path = `/dashboard/applications/${id}`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    for (const below of ['/logos', '/people', '/consent-preview']) {
      expect(await browser.get(path + below), below).toMatchObject({ status: 404 })
    }
    const form = { csrf_token: csrfTokenOn(visited), user_id: 'user_none' }
    for (const below of ['/logos/light', '/logos/light/delete', '/people/revoke']) {
      expect((await post(app, browser, path + below, form)).status, below).toBe(404)
    }
  })
})

describe('the logos of an application at the dashboard', () => {
  const uploaded = (browser: TestBrowser, visited: Visited, theme: string, picture: Blob | undefined) => {
    const body = new FormData()
    body.set('csrf_token', csrfTokenOn(visited))
    if (picture) body.set('picture', picture, 'logo.png')
    return fetch(`${app.issuer}${visited.url.pathname}/${theme}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        origin: app.issuer,
        'sec-fetch-site': 'same-origin',
      },
      body,
    })
  }

  test('say what of an SVG was left out, and are none if nothing of it can be seen', async () => {
    const { id } = await app.fixtures.firstParty()
    const path = `/dashboard/applications/${id}/logos`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const drawn = (content: string) => new Blob([`<svg xmlns="http://www.w3.org/2000/svg">${content}</svg>`])
    const told = await uploaded(
      browser,
      visited,
      'light',
      drawn('<script>1</script><path d="M0 0h9" onload="1"/>'),
    )
    expect(told.status).toBe(200)
    expect(textIn({ body: await told.text() }, 'logo-light-left-out')).toMatch(
      /script.*onload|onload.*script/,
    )
    expect((await uploaded(browser, visited, 'dark', drawn('<path d="M0 0h9"/>'))).status).toBe(303)
    const blank = await uploaded(browser, visited, 'dark', drawn('<use/>'))
    expect(blank.status).toBe(422)
    expect(textIn({ body: await blank.text() }, 'logo-dark-error')).toContain(
      'Nothing of the SVG can be seen',
    )
  })

  test('are uploaded from the page, shown on the consent page in light and dark, and taken away', async () => {
    const owner = await app.fixtures.organization('Initech <Ltd>')
    const application = await app.fixtures.thirdParty(owner, { name: 'Insights & more' })
    const path = `/dashboard/applications/${application.id}/logos`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    expect(visited.headers.get('content-security-policy')).toContain("frame-src 'self'")
    const png = new Blob([PNG as never])
    expect((await uploaded(browser, visited, 'dark', png)).status).toBe(303)
    const shown = await browser.get(path)
    const [logo = ''] = /\/logos\/[0-9a-f]+[^"]*/.exec(shown.body) ?? []
    expect(logo).not.toBe('')
    for (const [scheme, media] of [
      ['light', '(max-width: 0)'],
      ['dark', '(min-width: 0)'],
    ] as const) {
      const preview = await browser.get(
        `/dashboard/applications/${application.id}/consent-preview?scheme=${scheme}`,
      )
      expect(preview.headers.get('content-security-policy')).toContain("frame-ancestors 'self'")
      expect(preview.headers.get('x-frame-options')).toBe('SAMEORIGIN')
      expect(preview.body).toContain('Insights &amp; more')
      expect(preview.body).toContain('Initech &lt;Ltd>')
      expect(preview.body).toContain(logo)
      expect(preview.body).not.toContain('prefers-color-scheme')
      const [stylesheet = ''] = /\/assets\/style[^"]*/.exec(preview.body) ?? []
      expect(stylesheet).toContain(`?scheme=${scheme}`)
      const style = await (await fetch(app.issuer + stylesheet)).text()
      expect(style).toContain(`@media ${media}`)
      expect(style).not.toContain('prefers-color-scheme')
    }
    expect((await post(app, browser, `${path}/dark/delete`, { csrf_token: csrfTokenOn(shown) })).status).toBe(
      303,
    )
    expect((await browser.get(path)).body).not.toContain(logo)
  })

  test('are refused with a sentence beside the field: no file, no picture, too large, no token', async () => {
    const application = await app.fixtures.firstParty()
    const path = `/dashboard/applications/${application.id}/logos`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    for (const picture of [
      undefined,
      new Blob([]),
      new Blob(['<svg']),
      new Blob([new Uint8Array(200_000)]),
    ]) {
      const refused = await uploaded(browser, visited, 'light', picture)
      expect(refused.status).toBe(422)
      expect(await refused.text()).toContain('id="logo-light-error"')
    }
    // Nothing of what a stranger sends is read, however much it is.
    const stranger = await uploaded(
      createBrowser(app.issuer),
      visited,
      'light',
      new Blob([new Uint8Array(5_000_000)]),
    )
    expect(stranger.status).toBe(303)
    const foreign = await post(app, browser, `${path}/light`, { csrf_token: 'x' })
    expect(foreign.status).toBe(403)
    const viewer = await operatorAt(app, 'viewer', path)
    expect((await uploaded(viewer.browser, viewer.visited, 'light', new Blob([PNG as never]))).status).toBe(
      403,
    )
  })
})

test('who has allowed an application what is listed with it, and can be taken back', async () => {
  const application = await app.fixtures.firstParty()
  const somebody = await app.fixtures.user()
  await obtainTokens(app, application, somebody)
  const path = `/dashboard/applications/${application.id}/people`
  const { browser, visited } = await operatorAt(app, 'admin', path)
  expect(visited.body).toContain(somebody.email)
  expect((await browser.get(`${path}?after=forged`)).status).toBe(422)
  const revoked = { csrf_token: csrfTokenOn(visited), user_id: somebody.id }
  expect((await post(app, browser, `${path}/revoke`, revoked)).status).toBe(303)
  expect((await browser.get(path)).body).not.toContain(somebody.email)
  // It is gone already, and so is somebody who never was.
  expect((await post(app, browser, `${path}/revoke`, revoked)).status).toBe(303)
  expect((await post(app, browser, `${path}/revoke`, { ...revoked, user_id: '../x' })).status).toBe(303)
})
