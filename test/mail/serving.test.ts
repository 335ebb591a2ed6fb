import { afterEach, describe, expect, test, vi } from 'vitest'
import { png } from '../images/pictures.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { testStore } from '../support/database-server.ts'
import { identify } from '../support/follow-authorization.ts'
import { startMailServer } from '../support/mail-server.ts'
import { codeTo } from '../support/mailbox.ts'
import { authorizationUrl, open } from '../support/relying-party.ts'

const opened: AsyncDisposable[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]()
})

const started = async (settings: Record<string, string> = {}): Promise<TestApp> => {
  const app = await startTestApp({ settings })
  opened.push(app)
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', {
    sign_up: true,
    magic_codes: true,
    brand_name: 'Müller & Söhne',
  })
  await app.changesHeard()
  return app
}

const passwordPage = async (app: TestApp, email: string, language = 'en') => {
  const browser = createBrowser(app.issuer)
  const application = await app.fixtures.firstParty()
  const first = await browser.get(authorizationUrl(app, application, { ui_locales: language }))
  return { browser, first, page: await identify(browser, first, { email }) }
}

describe('with an SMTP server', () => {
  test('mail is sent there, in the language of the page, and neither code nor password is in the log', async () => {
    const server = await startMailServer({ takesPasswords: true })
    opened.push(server)
    const app = await started({
      LATCHKEY_SMTP_URL: `smtp://acme:s3cr3t-p%40ss@127.0.0.1:${server.port}`,
      LATCHKEY_MAIL_FROM: 'login@mueller.example',
    })
    const management = await app.management()
    const picture = { 'content-type': 'image/png' }
    await management.put('/latchkey/v1/branding/logo', png({ width: 40, height: 10 }), picture)
    await management.patch('/latchkey/v1/settings', { accent_color: '#0a6e5c' })
    await app.changesHeard()
    const user = await app.fixtures.user()
    const { browser, page } = await passwordPage(app, user.email, 'de')
    const asked = await browser.submit(page, { purpose: 'sign_in' })
    await vi.waitFor(() => expect(server.received).toHaveLength(1), { timeout: 10_000 })
    const { envelope, parsed } = server.received[0] ?? {}
    expect(envelope).toEqual({ from: 'login@mueller.example', to: [user.email] })
    expect(parsed?.from?.value).toEqual([{ name: 'Müller & Söhne', address: 'login@mueller.example' }])
    expect(parsed?.subject).toBe('Ihr Code für die Anmeldung bei Müller & Söhne')
    expect(parsed?.html).toContain('<bdi>Müller &amp; Söhne</bdi>')
    // RFC 2392 §2: the logo comes along. Readers put it where its ID is; so does the parser.
    expect(parsed?.html).toMatch(
      /<img src="data:image\/png;base64,[^"]+" alt="Müller &amp; Söhne" width="128" height="32"/,
    )
    expect(parsed?.html).toContain('color:#0a6e5c')
    expect(parsed?.attachments).toMatchObject([{ related: true, contentType: 'image/png' }])
    expect(parsed?.attachments[0]?.content).toEqual(png({ width: 40, height: 10 }))
    const code = /^\d{6}$/m.exec(parsed?.text ?? '')?.[0] ?? ''
    expect((await browser.submit(asked, { code })).left).toBe(true)
    expect(server.signedInAs).toEqual([{ user: 'acme', password: 's3cr3t-p@ss' }])
    const log = app.logLines.join('')
    for (const secret of [code, 's3cr3t', user.email]) expect(log).not.toContain(secret)
    // It is nobody's page where mail is sent.
    expect((await open(`${app.issuer}/dev/mail`)).status).toBe(404)
  })

  test('a server that is away keeps nobody waiting: mail goes out when it is back', async () => {
    const server = await startMailServer()
    await server[Symbol.asyncDispose]()
    const app = await started({
      LATCHKEY_SMTP_URL: `smtp://127.0.0.1:${server.port}`,
      LATCHKEY_MAIL_FROM: 'login@mueller.example',
    })
    const user = await app.fixtures.user()
    const { browser, page } = await passwordPage(app, user.email)
    expect((await browser.submit(page, { purpose: 'reset_password' })).status).toBe(200)
    await vi.waitFor(
      () => expect(app.logLines.join('')).toContain('could not be handed to the SMTP server'),
      {
        timeout: 10_000,
      },
    )
    const back = await startMailServer({ port: server.port })
    opened.push(back)
    app.clock.advance(10)
    // What is queued next has the job look at once.
    const other = await passwordPage(app, (await app.fixtures.user()).email)
    await other.browser.submit(other.page, { purpose: 'reset_password' })
    await vi.waitFor(() => expect(back.received).toHaveLength(2), { timeout: 10_000 })
  })
})

describe('without one', () => {
  test('on the developer’s machine mail is on a page, for readers of this machine alone', async () => {
    const app = await started()
    const email = 'new.here@example.com'
    const { browser, first } = await passwordPage(app, email)
    const [, href = ''] = /id="create-account"[^>]* href="([^"]*)"/.exec(first.body) ?? []
    await browser.submit(await browser.get(href.replaceAll('&amp;', '&')), { email })
    const code = await codeTo(app, email)
    const page = await open(`${app.issuer}/dev/mail`)
    expect(page.status).toBe(200)
    expect(page.body).toContain(code)
    expect(page.body).toContain('LATCHKEY_SMTP_URL is not set')
    expect(page.headers.get('cache-control')).toBe('no-store')
    // As its reader sees it: in a frame in which nothing runs and nothing loads.
    const [, frame = ''] = /<iframe class="mail-html" sandbox(?:="")? src="([^"]+)"/.exec(page.body) ?? []
    const shown = await open(app.issuer + frame)
    expect(shown.body).toContain(`>${code}</p>`)
    expect(shown.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*; sandbox$/)
    expect(shown.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect((await open(`${app.issuer}/dev/mail/99`)).status).toBe(404)
    // A name somewhere else that leads here (DNS rebinding).
    const { port } = new URL(app.issuer)
    for (const path of ['/dev/mail', frame]) {
      const rebound = await fetchAs(`http://127.0.0.1:${port}${path}`, 'rebound.example.com')
      expect(rebound).toMatchObject({ status: 404 })
      expect(rebound.body).not.toContain(code)
    }
  })

  test('elsewhere what needs mail is not offered', async () => {
    const app = await startTestApp({ settings: { LATCHKEY_ISSUER: 'https://id.example.com' } })
    opened.push(app)
    await app.transaction((stores) => stores.environment.saveSettings({ sign_up: true, magic_codes: true }))
    await app.changesHeard()
    const local = `http://127.0.0.1:${app.config.port}`
    const page = await fetch(`${local}/sign-in`)
    expect(await page.text()).not.toContain('create-account')
    expect((await fetch(`${local}/dev/mail`)).status).toBe(404)
  })
})

// The embedded store has one process.
if (testStore.kind === 'postgres') {
  test('a code that was asked for at one of two nodes is good at the other, once', async () => {
    const app = await started()
    const other = await app.startNode()
    opened.push({ [Symbol.asyncDispose]: () => other.close() })
    const user = await app.fixtures.user()
    const { browser, page } = await passwordPage(app, user.email)
    const asked = await browser.submit(page, { purpose: 'sign_in' })
    const code = await codeTo(app, user.email)
    // The same browser, which a load balancer sends here and there.
    const [, form = ''] = /<form([\s\S]*?)<\/form>/.exec(asked.body) ?? []
    const hidden = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
    const answers = await Promise.all(
      [app.issuer, other.issuer, other.issuer, app.issuer].map((node) =>
        fetch(`${node}/sign-in/code`, {
          method: 'POST',
          redirect: 'manual',
          headers: {
            origin: app.issuer,
            cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          },
          body: new URLSearchParams([
            ...hidden.map(([, name = '', value = '']) => [name, value]),
            ['code', code],
          ]),
        }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422, 422])
  })
}

const fetchAs = async (url: string, host: string): Promise<{ status: number; body: string }> => {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .on('error', reject)
      .end()
  })
}
