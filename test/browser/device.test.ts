import { describe, expect, test } from 'vitest'
import { newDevice, poll } from '../support/device.ts'
import { follow, openStage, placeOf, signIn, textOf } from './support/stage.ts'

const stage = await openStage()
const issuer = stage.app.issuer
const { fixtures } = stage.app
const user = await fixtures.user()
const cli = await fixtures.thirdParty(await fixtures.organization('Initech'), {
  isPublic: true,
  name: 'Acme CLI',
})

describe.each([
  ['with JavaScript', { javaScriptEnabled: true }],
  ['without JavaScript', { javaScriptEnabled: false }],
])('%s', (_how, options) => {
  test('a code is typed, its owner signs in, compares, allows and is done', async () => {
    const device = await newDevice(stage.app, cli, { scope: 'openid email' })
    const { page } = await stage.person(options)
    await page.goto(`${issuer}/device`)
    await page.fill('#user_code', device.userCode.toLowerCase().replace('-', ''))
    await follow(page, '#continue')
    await signIn(page, user)
    expect(await textOf(page, 'h1')).toBe('Allow Acme CLI on your device?')
    expect(await textOf(page, '#shown_code')).toBe(device.userCode)
    expect(await textOf(page)).toContain('Provided by Initech')
    await follow(page, '#allow')
    expect(placeOf(page)).toBe(`${issuer}/device/done`)
    expect(await textOf(page, 'h1')).toBe('Your device is connected')
    await page.reload()
    expect(await textOf(page, 'h1')).toBe('Your device is connected')
    expect((await poll(stage.app, cli, device)).status).toBe(200)

    // Back at a page that has been answered.
    await page.goBack()
    expect(await textOf(page, 'h1')).toBe('This code has already been used')
  })

  test('the link fills in the code; a denial is final', async () => {
    const device = await newDevice(stage.app, cli)
    const { page } = await stage.person(options)
    await page.goto(`${issuer}/device?user_code=${device.userCode}`)
    expect(await page.inputValue('#user_code')).toBe(device.userCode)
    await follow(page, '#continue')
    await signIn(page, user)
    await follow(page, '#deny')
    expect(await textOf(page, 'h1')).toBe('You denied it')
    expect((await poll(stage.app, cli, device)).body['error']).toBe('access_denied')
  })
})

test('the keyboard alone is enough', async () => {
  const device = await newDevice(stage.app, cli)
  const { page } = await stage.person()
  await page.goto(`${issuer}/device`)
  expect(await page.locator('input:focus').getAttribute('id')).toBe('user_code')
  const press = (key: string) => Promise.all([page.waitForEvent('load'), page.keyboard.press(key)])
  await page.keyboard.type(device.userCode)
  await press('Enter')
  await signIn(page, user)
  await page.focus('#allow')
  await press('Enter')
  expect(placeOf(page)).toBe(`${issuer}/device/done`)
})

test('a code that is not right is refused beside the field, which keeps it', async () => {
  const { page } = await stage.person()
  await page.goto(`${issuer}/device`)
  await page.fill('#user_code', 'BCDF-GHJK')
  await follow(page, '#continue')
  expect(await textOf(page, '#user_code-error')).toContain('No device waits with this code')
  expect(await page.getAttribute('#user_code', 'aria-describedby')).toBe('user_code-error')
  expect(await page.inputValue('#user_code')).toBe('BCDF-GHJK')
})
