import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { follow, identify, open, openStage, placeOf, signIn, textOf, welcomed } from './support/stage.ts'

const stage = await openStage()
const issuer = stage.app.issuer
const { fixtures } = stage.app
const globex = await fixtures.organization('Globex')
const user = await fixtures.user({ email: 'ada@example.com', organizations: [globex] })
const insights = await stage.application({ name: 'Insights', owner: await fixtures.organization('Initech') })
const portal = await stage.application({ name: 'Portal', host: '127.0.0.1' })

describe('a third-party application', () => {
  test('learns name, e-mail and organization of a user who signs in and allows it', async () => {
    const { page } = await stage.person()
    await open(page, insights)
    expect(placeOf(page)).toBe(`${issuer}/sign-in`)
    expect(await textOf(page, 'h1')).toBe('Sign in to continue to Insights')

    await signIn(page, user)
    expect(placeOf(page)).toBe(`${issuer}/consent`)
    const consent = await textOf(page)
    for (const shown of [
      'Insights wants access to your account',
      'Provided by Initech',
      'Ada Lovelace',
      'ada@example.com',
      'Globex',
      'See your email address',
      `you will be sent to ${new URL(insights.origin).host}`,
    ]) {
      expect(consent).toContain(shown)
    }

    await follow(page, '#allow')
    expect(await welcomed(page, insights)).toMatchObject({
      sub: user.id,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      email_verified: true,
      org_id: expect.stringMatching(/^org_/),
    })
    expect(await textOf(page, '#name')).toBe('Ada Lovelace')
  })

  test('gets access_denied if the user denies, and can tell them so', async () => {
    const { page } = await stage.person()
    const denier = await stage.app.fixtures.user()
    await open(page, insights)
    await signIn(page, denier)
    await follow(page, '#deny')
    await page.waitForURL(`${insights.origin}/callback**`)
    expect(await textOf(page, 'body')).toContain('You were not signed in')
    expect(await textOf(page, '#error')).toBe('access_denied')
    expect(insights.answers.at(-1)?.has('code')).toBe(false)

    // A denial is no answer for ever: the next time they are asked again, without the password.
    await open(page, insights)
    expect(placeOf(page)).toBe(`${issuer}/consent`)
  })

  test('asks once: the consent holds for the next sign-in', async () => {
    const { page } = await stage.person()
    const regular = await stage.app.fixtures.user()
    await open(page, insights)
    await signIn(page, regular)
    await follow(page, '#allow')
    await welcomed(page, insights)

    const { page: atHome } = await stage.person()
    await open(atHome, insights)
    await signIn(atHome, regular)
    expect(await welcomed(atHome, insights)).toMatchObject({ sub: regular.id })
  })
})

test('a first-party application asks for no consent', async () => {
  const { page } = await stage.person()
  await open(page, portal)
  await signIn(page, user)
  expect(await welcomed(page, portal)).toMatchObject({ sub: user.id, name: 'Ada Lovelace' })
})

describe('somebody who is known', () => {
  test('OIDC Core §3.1.2.1: signs in once more by the password alone, and sees as whom', async () => {
    const known = await fixtures.user({ email: 'augusta@example.com' })
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, known)
    await welcomed(page, portal)
    await page.goto(`${portal.origin}/login?prompt=login`)
    expect(await page.locator('#email').count()).toBe(0)
    expect(await textOf(page, '.identity')).toMatch(/Ada Lovelace\s+augusta@example\.com/)
    await page.fill('#password', known.password)
    await follow(page, '#sign-in')
    expect(await welcomed(page, portal)).toMatchObject({ sub: known.id })
  })

  test('may be somebody else', async () => {
    const other = await fixtures.user()
    const { page } = await stage.person()
    await page.goto(`${portal.origin}/login?login_hint=${user.email}`)
    expect(await textOf(page, '.identity')).toContain(user.email)
    // What it says of others is what was typed: no name, whoever they are.
    expect(await textOf(page, '.identity')).not.toContain('Ada')
    await follow(page, '#use-another-account')
    expect(await page.inputValue('#email')).toBe('')
    await signIn(page, other)
    expect(await welcomed(page, portal)).toMatchObject({ sub: other.id })
  })
})

describe('a sign-in that fails', () => {
  /** Waits: browsers put the cursor into a field some time after the page has loaded. */
  const focused = (page: Page) => page.locator('input:focus').getAttribute('id')

  test('keeps the address, empties the password, says why, and the right password goes on', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, { email: user.email, password: 'not my password' })
    expect(placeOf(page)).toBe(`${issuer}/sign-in/password`)
    expect(await page.locator('#form-error').isVisible()).toBe(true)
    expect(await textOf(page, '#form-error')).toContain('is not right')
    expect(await textOf(page, '.identity')).toContain('ada@example.com')
    expect(await page.inputValue('#password')).toBe('')
    expect(await page.title()).toMatch(/^Error: Sign in to continue to Portal/)
    // The cursor is where the correction is likeliest, and what is heard there includes what went wrong.
    expect(await focused(page)).toBe('password')
    expect(await page.getAttribute('#password', 'aria-describedby')).toBe('form-error')
    expect(await page.getAttribute('#form-error', 'role')).toBe('alert')

    await page.keyboard.type(user.password)
    await page.keyboard.press('Enter')
    expect(await welcomed(page, portal)).toMatchObject({ sub: user.id })
  })

  test('says the same about an address nobody has', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, { email: 'nobody@example.com', password: 'whatever it is' })
    const unknown = await textOf(page, '#form-error')
    await signIn(page, { email: user.email, password: 'not my password' })
    expect(await textOf(page, '#form-error')).toBe(unknown)
  })

  test('names the empty field of each page beside it and puts the cursor there', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    for (const [field, button, message, right] of [
      ['email', 'continue', 'Enter your email address.', user.email],
      ['password', 'sign-in', 'Enter your password.', user.password],
    ] as const) {
      await follow(page, `#${button}`)
      expect(await textOf(page, `#${field}-error`)).toBe(message)
      expect(await page.getAttribute(`#${field}`, 'aria-invalid')).toBe('true')
      expect(await page.getAttribute(`#${field}`, 'aria-describedby')).toBe(`${field}-error`)
      expect(await focused(page)).toBe(field)
      await page.fill(`#${field}`, right)
      await follow(page, `#${button}`)
    }
    expect(await welcomed(page, portal)).toMatchObject({ sub: user.id })
  })

  test('says of what is no address what one looks like, and keeps it to be corrected', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await identify(page, { email: 'ada@nowhere' })
    expect(await textOf(page, '#email-error')).toBe('Enter an email address like name@example.com.')
    expect(await page.inputValue('#email')).toBe('ada@nowhere')
  })

  test('survives a reload of the page with the error', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, { email: user.email, password: 'not my password' })
    await page.reload()
    expect(placeOf(page)).toBe(`${issuer}/sign-in/password`)
    expect(await textOf(page, '#form-error')).toContain('is not right')
    await signIn(page, user)
    expect(await welcomed(page, portal)).toMatchObject({ sub: user.id })
  })
})

test('RFC 6749 §4.1.2.1: whoever cancels is back at the application, which hears access_denied; without JavaScript', async () => {
  const { page } = await stage.person({ javaScriptEnabled: false })
  await open(page, portal)
  await identify(page, user)
  // A password that was begun stays in the browser.
  await page.fill('#password', 'not to be sent')
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === 'POST'),
    follow(page, '#cancel'),
  ])
  expect(sent.postData()).not.toContain('not+to+be+sent')
  expect(new URL(page.url()).origin).toBe(portal.origin)
  expect(await textOf(page, '#error')).toBe('access_denied')
  // And may begin again.
  await open(page, portal)
  await signIn(page, user)
  await welcomed(page, portal)
})
