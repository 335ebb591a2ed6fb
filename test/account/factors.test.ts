import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { softAuthenticator } from '../support/authenticator.ts'
import type { Visited } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import { givePasskey, giveTotp, passkeyOptionsOf } from '../support/factors.ts'
import { identityProvider } from '../support/provider-record.ts'
import { issuingNothing } from '../support/relying-party.ts'
import { authenticatorApp } from '../support/totp.ts'
import { noticeOn, signedInAt } from './account-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const TWO_FACTOR = '/account/two-factor'
const PASSKEYS = '/account/passkeys'

/** The form that makes new recovery codes. */
const newCodes = ({ body }: Visited) => ({
  do: 'new_codes',
  once: /name="once" value="([^"]*)"/.exec(body)?.[1] ?? '',
})

const codesOn = (html: string) => [...html.matchAll(/<code>([^<]*)<\/code>/g)].map(([, code]) => code)

describe('two-step sign-in', () => {
  test('is turned on by the first right code, with recovery codes; then off again', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user, TWO_FACTOR)
    const uri = linkOn(visited.body)
    const wrong = await browser.submit(visited, { set_up: setUpOf(visited.body), code: '000000' })
    expect([wrong.status, setUpOf(wrong.body)]).toEqual([422, setUpOf(visited.body)])
    const code = authenticatorApp(uri, app.clock.now())
    const shown = await browser.submit(wrong, { set_up: setUpOf(wrong.body), code })
    expect(codesOn(shown.body)).toHaveLength(10)
    const on = await browser.get(TWO_FACTOR)
    expect(on.body).toContain('Unused: <bdi>10</bdi>')
    expect(on.body).not.toContain('id="totp-link"')
    const renewed = await browser.submit(on, newCodes(on))
    expect(codesOn(renewed.body)).toHaveLength(10)
    expect(codesOn(renewed.body)).not.toEqual(codesOn(shown.body))
    const off = await browser.submit(on, { do: 'turn_off' })
    expect([off.url.pathname, noticeOn(off)]).toEqual(['/account/security', 'Two-step sign-in is off.'])
    expect(await app.stores.passkeys.secondFactorsOf(user.id)).toEqual({
      ...{ hasTotp: false, passkeys: 0, recoveryCodes: 0 },
    })
  })

  test('new recovery codes are made once by a form that is sent twice: those that were shown are those that hold', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAtProtected(user)
    const answered = await Promise.all([1, 2].map(() => browser.submit(visited, newCodes(visited))))
    expect(answered.map(({ body }) => codesOn(body).length).sort()).toEqual([0, 10])
    const refused = answered.find(({ status }) => status === 409)
    expect(refused?.body).toContain('already')
    expect(await eventsOf(app, user.id, ['recovery_codes.created'])).toHaveLength(2)
    // Nobody saw them, where the browser shows the second answer: another set is a click away.
    const further = refused && (await browser.submit(refused, newCodes(refused)))
    expect(codesOn(further?.body ?? '')).toHaveLength(10)
  })

  test('and none are made by a form that is not of such a page', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAtProtected(user)
    await issuingNothing(app, () => browser.submit(visited, { do: 'new_codes', once: '' }), ['recovery_code'])
  })

  test('set up in two tabs is that of the first; who comes second is told that theirs does not count', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user, TWO_FACTOR)
    const later = await browser.get(TWO_FACTOR)
    const [, own = '', others = ''] = [visited, visited, later].map(({ body }) => linkOn(body))
    const code = authenticatorApp(own, app.clock.now())
    await browser.submit(visited, { set_up: setUpOf(visited.body), code })
    const told = await browser.submit(later, {
      set_up: setUpOf(later.body),
      code: authenticatorApp(others, app.clock.now()),
    })
    expect(told.status).toBe(409)
    expect(told.body).toContain('What you scanned on this page does not count.')
    expect(told.body).toContain('Unused: <bdi>10</bdi>')
  })

  test('and passkeys ask for a proof of a moment ago', async () => {
    const user = await app.fixtures.user()
    await givePasskey(app, user)
    const { browser, visited } = await signedInAt(app, user, PASSKEYS)
    const two = await browser.get(TWO_FACTOR)
    app.clock.advance(601)
    for (const path of [TWO_FACTOR, PASSKEYS]) {
      expect((await browser.get(path)).url.pathname, path).toBe('/sign-in')
    }
    await issuingNothing(app, async () => {
      const later = await browser.submit(two, { do: 'new_codes' })
      expect(later.url.pathname).toBe('/sign-in')
      const options = passkeyOptionsOf(visited)
      const passkey = softAuthenticator(app.issuer).register(options || ({} as never))
      expect((await browser.submit(visited, { passkey, name: 'New' })).url.pathname).toBe('/sign-in')
    }, ['passkey', 'totp_factor', 'recovery_code'])
  })

  test('a form without the CSRF token of this browser changes nothing', async () => {
    const user = await app.fixtures.user()
    await giveTotp(app, user)
    const { browser, visited } = await signedInAtProtected(user)
    const forged = { ...visited, body: visited.body.replaceAll(/(name="csrf_token" value=")[^"]*/g, '$1x') }
    const answered = await issuingNothing(app, () => browser.submit(forged, { do: 'turn_off' }), [
      'totp_factor',
    ])
    expect(answered.status).toBe(403)
  })

  const signedInAtProtected = async (user: Awaited<ReturnType<typeof app.fixtures.user>>) => {
    const factor = await app.stores.totpFactors.ofUser(user.id)
    // Signed in before the app was set up.
    await app.stores.totpFactors.delete(factor?.id ?? ('' as never))
    const signed = await signedInAt(app, user, TWO_FACTOR)
    await giveTotp(app, user)
    return { ...signed, visited: await signed.browser.get(TWO_FACTOR) }
  }
})

describe('passkeys', () => {
  test('are added under a name, renamed and removed', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user, PASSKEYS)
    const options = passkeyOptionsOf(visited)
    if (!options) throw new RangeError('no passkey is asked for')
    expect(options).toMatchObject({ rp: { id: 'localhost' }, user: { name: user.email } })
    const authenticator = softAuthenticator(app.issuer)
    const unnamed = await browser.submit(visited, { passkey: authenticator.register(options), name: ' ' })
    expect([unnamed.status, unnamed.body.includes('id="name-error"')]).toEqual([422, true])
    const wrong = await browser.submit(unnamed, {
      passkey: authenticator.register(passkeyOptionsOf(unnamed) || options, {
        origin: 'https://evil.example',
      }),
      name: 'Telephone',
    })
    expect([wrong.status, wrong.body.includes('id="form-error"')]).toEqual([422, true])
    const made = { passkey: authenticator.register(passkeyOptionsOf(wrong) || options), name: 'Telephone' }
    const added = await browser.submit(wrong, made)
    expect(noticeOn(added)).toBe('Your passkey has been added.')
    expect((await browser.submit(wrong, made)).status).toBe(422)
    const [passkey] = await app.stores.passkeys.ofUser(user.id)
    const one = await browser.get(`${PASSKEYS}/${passkey?.id}`)
    const nameless = await browser.submit(one, { do: 'rename', name: '\u202Egnp' })
    expect(nameless.status).toBe(422)
    const renamed = await browser.submit(one, { do: 'rename', name: 'My <b>phone</b>' })
    expect(renamed.body).toContain('My &lt;b>phone')
    const removed = await browser.submit(await browser.get(`${PASSKEYS}/${passkey?.id}`), {
      do: 'remove',
      name: '',
    })
    expect(noticeOn(removed)).toBe('The passkey has been removed.')
    const told = await eventsOf(app, passkey?.id ?? '', [
      'passkey.created',
      'passkey.updated',
      'passkey.deleted',
    ])
    expect(told.map(({ name }) => name)).toEqual(['passkey.created', 'passkey.updated', 'passkey.deleted'])
    expect(told).toMatchObject([{ actor: { type: 'user', id: user.id } }, {}, {}])
  })

  const withoutPassword = async (passkeys: number) => {
    const user = await app.fixtures.user()
    const { browser } = await signedInAt(app, user, PASSKEYS)
    for (let made = 0; made < passkeys; made++) await givePasskey(app, user)
    const ids = (await app.stores.passkeys.ofUser(user.id)).map(({ id }) => id)
    const pages = await Promise.all(ids.map((id) => browser.get(`${PASSKEYS}/${id}`)))
    // Taken away by another tab, as it were: each page still has its button.
    await app.stores.users.update(user.id, { passwordHash: null })
    const left = async () => (await app.stores.passkeys.ofUser(user.id)).length
    return { user, browser, ids, pages, left }
  }

  test('the only way in stays; an account elsewhere is another', async () => {
    const { user, browser, ids, pages, left } = await withoutPassword(1)
    const [page] = pages
    if (!page) throw new RangeError('no page')
    const refused = await browser.submit(page, { do: 'remove', name: '' })
    expect([refused.status, await left()]).toEqual([422, 1])
    expect(refused.body).not.toContain('id="remove-passkey"')
    expect(refused.body).toContain('Set a password or add another passkey first.')
    const now = app.clock.now()
    const provider = identityProvider(now)
    await app.stores.identityProviders.insert(provider)
    const of = { providerId: provider.id, subject: 'there', userId: user.id, email: null }
    await app.stores.identities.insert({ ...of, createdAt: now, lastUsedAt: now })
    const offered = await browser.get(`${PASSKEYS}/${ids[0]}`)
    await browser.submit(offered, { do: 'remove', name: '' })
    expect(await left()).toBe(0)
  })

  test('of two that are removed at once one stays, if there is no other way in', async () => {
    const { browser, pages, left } = await withoutPassword(2)
    const answers = await Promise.all(pages.map((page) => browser.submit(page, { do: 'remove', name: '' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
    expect(await left()).toBe(1)
  })

  test('of somebody else are nobody’s business', async () => {
    const { passkey } = await givePasskey(app, await app.fixtures.user())
    const user = await app.fixtures.user()
    const { passkey: own } = await givePasskey(app, user)
    const { browser } = await signedInAt(app, user, PASSKEYS)
    expect((await browser.get(`${PASSKEYS}/${passkey.id}`)).url.pathname).toBe(PASSKEYS)
    const form = await browser.get(`${PASSKEYS}/${own.id}`)
    const foreign = { ...form, body: form.body.replaceAll(own.id, passkey.id) }
    await issuingNothing(app, () => browser.submit(foreign, { do: 'remove' }), ['passkey'])
  })
})

test('where people sign in elsewhere, or it is switched off, there is none of it', async () => {
  const management = await app.management()
  const { browser } = await signedInAt(app, await app.fixtures.user(), TWO_FACTOR)
  await management.patch('/latchkey/v1/settings', { second_factor: 'off', passkeys: false })
  await app.changesHeard()
  for (const path of [TWO_FACTOR, PASSKEYS]) {
    expect((await browser.get(path)).url.pathname, path).toBe('/account/security')
  }
  expect((await browser.get('/account/security')).body).not.toMatch(/id="to-(passkeys|two-factor)"/)
  await management.patch('/latchkey/v1/settings', { second_factor: null, passkeys: null })
})

const linkOn = (html: string): string =>
  (/id="totp-link" href="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&amp;', '&')

const setUpOf = (html: string): string => /name="set_up" value="([^"]*)"/.exec(html)?.[1] ?? ''
