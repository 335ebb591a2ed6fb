import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type RunningLoginApplication,
  startLoginApplication,
} from '../../examples/standalone/login-application.ts'
import { setLoginUri } from '../support/own-login.ts'
import { follow, open, openStage, placeOf, textOf, welcomed } from './support/stage.ts'

const stage = await openStage()
const { app } = stage
const insights = await stage.application({ name: 'Insights', owner: await app.fixtures.organization() })
const portal = await stage.application({ name: 'Portal', host: '127.0.0.1' })
let login: RunningLoginApplication
beforeAll(async () => {
  const apiKey = await app.fixtures.apiKey(['users:write'])
  login = await startLoginApplication({ issuer: app.issuer, apiKey, port: 0 })
  await setLoginUri(app, login.loginUri)
})
afterAll(() => login.close())

describe.each([
  [
    'with JavaScript',
    { name: 'Grace Hopper', email: 'grace@northwind.example', password: 'amazing grace' },
    {},
  ],
  [
    'without JavaScript',
    { name: 'Alan Turing', email: 'alan@northwind.example', password: 'imitation game' },
    { javaScriptEnabled: false },
  ],
] as const)('a login page of the operator’s own, %s', (_, person, options) => {
  test('leads from the application to consent with a choice, and back', async () => {
    const { page } = await stage.person(options)
    await open(page, insights)
    expect(placeOf(page)).toBe(login.loginUri)

    await page.fill('#email', person.email)
    await page.fill('#password', 'wrong')
    await follow(page, '#log-in')
    expect(await textOf(page, '#problem')).toContain('do not match')
    await page.fill('#email', person.email)
    await page.fill('#password', person.password)
    await follow(page, '#log-in')

    expect(placeOf(page)).toBe(`${app.issuer}/consent`)
    expect(await textOf(page)).toContain(person.name)
    await follow(page, '#allow')
    expect(await textOf(page, '#option-0-error')).toBe('Choose one to allow this.')
    await page.getByLabel('Workspace').selectOption({ label: 'Navy' })
    await follow(page, '#allow')
    expect(await welcomed(page, insights)).toMatchObject({ name: person.name })

    // Signed in: the next application asks nobody.
    await open(page, portal)
    expect(await welcomed(page, portal)).toMatchObject({ email: person.email })
  })

  test('leads nowhere in a browser that did not begin', async () => {
    const { page } = await stage.person(options)
    await open(page, portal)
    const { page: another } = await stage.person(options)
    await another.goto(page.url())
    await another.fill('#email', person.email)
    await another.fill('#password', person.password)
    await follow(another, '#log-in')
    expect(await textOf(another, 'h1')).toBe('This sign-in began in another browser')
    await another.goto(app.issuer)
    expect(await another.locator('#sign-out').count()).toBe(0)
  })
})
