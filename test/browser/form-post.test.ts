import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { follow, openStage, placeOf, signIn, textOf, welcomed } from './support/stage.ts'

const stage = await openStage()
const portal = await stage.application({ name: 'Portal' })
const user = await stage.app.fixtures.user()

/** Starts at the application, which asks to be answered by a form. */
const start = (page: Page, more = ''): Promise<unknown> =>
  page.goto(`${portal.origin}/login?response_mode=form_post${more}`)

describe('OAuth 2.0 Form Post Response Mode §2: in a browser', () => {
  test('§2: the form is sent by itself, and the application has its user', async () => {
    const { page } = await stage.person()
    await start(page)
    await signIn(page, user)
    expect(await welcomed(page, portal)).toMatchObject({ email: user.email })
    expect(portal.answers.at(-1)?.has('code')).toBe(true)
    // Applications that check where a form is from are told; of the URL they learn nothing.
    expect(portal.formOrigins.at(-1)).toBe(new URL(stage.app.issuer).origin)
    expect(portal.referrers.at(-1)).toBe(`${stage.app.issuer}/`)
  })

  test('§2: so is an error', async () => {
    const { page } = await stage.person()
    await start(page, '&prompt=none')
    await page.waitForSelector('#error')
    expect(await textOf(page, '#error')).toBe('login_required')
  })

  test('§2: without JavaScript a button sends it', async () => {
    const { page } = await stage.person({ javaScriptEnabled: false })
    await start(page)
    await signIn(page, user)
    expect(placeOf(page)).toBe(`${stage.app.issuer}/oauth2/authorize/continue`)
    expect(await textOf(page)).toContain('Portal')
    await follow(page, '#continue')
    expect(await welcomed(page, portal)).toMatchObject({ email: user.email })
  })

  test('§2: a signed answer by form comes the same way', async () => {
    const { page } = await stage.person()
    await page.goto(`${portal.origin}/login?response_mode=form_post.jwt`)
    await signIn(page, user)
    await page.waitForURL(`${portal.origin}/**`)
    expect([...(portal.answers.at(-1)?.keys() ?? [])]).toEqual(['response'])
    // This application does not read signed answers.
    stage.takeComplaints()
  })
})
