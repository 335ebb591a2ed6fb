import type { CDPSession, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { giveTotp } from '../support/factors.ts'
import { authenticatorApp } from '../support/totp.ts'
import { follow, openStage, type Person, placeOf, signIn, textOf } from './support/stage.ts'

const stage = await openStage()
const { app } = stage

interface VirtualAuthenticator {
  readonly client: CDPSession
  readonly authenticatorId: string
}

/** What Chromium takes for a telephone or a key. */
const withAuthenticator = async ({ context, page }: Person): Promise<VirtualAuthenticator> => {
  const client = await context.newCDPSession(page)
  await client.send('WebAuthn.enable')
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { client, authenticatorId }
}

const signedInFor = async (page: Page, path: string, user: Awaited<ReturnType<typeof app.fixtures.user>>) => {
  await page.goto(app.issuer + path)
  await signIn(page, user)
  expect(placeOf(page)).toBe(app.issuer + path)
}

/** What the page says when the browser has not done what was asked. */
const messageOn = async (page: Page): Promise<string> => {
  const shown = '[role="alert"]:not([hidden])'
  await page.waitForSelector(shown)
  return textOf(page, shown)
}

describe('a passkey, in a real browser', () => {
  test('is made in the account once a device, offered at sign-in, cancelled and asked for again, and a second factor', async () => {
    const person = await stage.person()
    const { page } = person
    const user = await app.fixtures.user()
    const { client, authenticatorId } = await withAuthenticator(person)
    await signedInFor(page, '/account/passkeys', user)
    expect(await page.isVisible('[data-passkey-missing]')).toBe(false)
    await page.fill('#name', 'My laptop')
    await follow(page, '#create-passkey')
    expect(await textOf(page)).toContain('My laptop')
    await page.click('#create-passkey')
    expect(await messageOn(page)).toContain('already has a passkey')

    // WebAuthn §5.1.4: Chromium takes what is offered among the names at once.
    await page.goto(`${app.issuer}/account`)
    await follow(page, '#sign-out')
    await page.goto(`${app.issuer}/account/security`)
    await page.waitForURL(`${app.issuer}/account/security`)
    expect(await textOf(page)).toContain('My laptop')

    // One that cannot make sure of its user is not enough by itself.
    await giveTotp(app, user)
    await follow(page, '#sign-out')
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await page.goto(`${app.issuer}/account`)
    await page.click('#sign-in-with-passkey')
    expect(await messageOn(page)).toContain('cancelled, or took too long')
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await follow(page, '#sign-in-with-passkey')
    expect(placeOf(page)).toBe(`${app.issuer}/account`)
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await follow(page, '#sign-out')
    await page.goto(`${app.issuer}/account`)
    await signIn(page, user)
    expect(await page.isVisible('#code')).toBe(true)
    await client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await follow(page, '#use-passkey')
    expect(placeOf(page)).toBe(`${app.issuer}/account`)
    const [latest] = (
      await app.stores.sessions.pageOfLive(user.id, app.clock.now(), { limit: 1, order: 'desc' })
    ).rows
    expect(latest?.amr).toEqual(['pwd', 'hwk', 'user', 'mfa'])
  })

  test('without JavaScript or passkeys everything else is there: set up, recovery codes, sign-in by code', async () => {
    const management = await app.management()
    await management.patch('/latchkey/v1/settings', { second_factor: 'required' })
    await app.changesHeard()
    const { page } = await stage.person({
      javaScriptEnabled: false,
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    })
    const user = await app.fixtures.user()
    await page.goto(`${app.issuer}/account`)
    expect(await page.isVisible('#sign-in-with-passkey')).toBe(false)
    expect(await page.isVisible('.separator')).toBe(false)
    await signIn(page, user)
    expect(await page.isVisible('[data-passkey-missing]')).toBe(true)
    const uri = (await page.getAttribute('#totp-link', 'href')) ?? ''
    await page.fill('#code', authenticatorApp(uri, app.clock.now()))
    await follow(page, '#turn-on')
    const [first = ''] = await page.locator('#recovery-codes code').allInnerTexts()
    await follow(page, '#codes-saved')
    expect(placeOf(page)).toBe(`${app.issuer}/account`)
    await follow(page, '#sign-out')
    await page.goto(`${app.issuer}/account/two-factor`)
    await signIn(page, user)
    await follow(page, '#use-recovery-code')
    await page.fill('#recovery_code', first.toUpperCase())
    await follow(page, '#continue')
    expect(placeOf(page)).toBe(`${app.issuer}/account/two-factor`)
    await management.patch('/latchkey/v1/settings', { second_factor: null })
  })
})
