import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { follow, open, openStage, placeOf, signIn, textOf, welcomed } from './support/stage.ts'

const stage = await openStage()
const { fixtures } = stage.app
const globex = await fixtures.organization('Globex')
const hooli = await fixtures.organization('Hooli')
const portal = await stage.application({ name: 'Portal', host: '127.0.0.1' })
const insights = await stage.application({ name: 'Insights', owner: await fixtures.organization('Initech') })
const user = await fixtures.user({ organizations: [globex, hooli] })

const choose = (page: Page, name: string) => follow(page, `button.option:has-text("${name}")`)
const organizationShown = (page: Page) => textOf(page, '.identity:has(#change-organization) .identity-name')

describe('a user with several organizations', () => {
  test('chooses one, for which the application gets its token', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, user)
    expect(placeOf(page)).toBe(`${stage.app.issuer}/select-organization`)
    expect(await textOf(page)).toContain('Which one do you want to use with Portal?')
    expect(await page.locator('.option-name').allInnerTexts()).toEqual(['Globex', 'Hooli'])
    await choose(page, 'Hooli')
    expect(await welcomed(page, portal)).toMatchObject({ sub: user.id, org_id: hooli })
  })

  test('is asked again by "Change" on the consent page, and consents for the other one', async () => {
    const { page } = await stage.person()
    await open(page, insights)
    await signIn(page, user)
    await choose(page, 'Globex')
    expect(placeOf(page)).toBe(`${stage.app.issuer}/consent`)
    expect(await organizationShown(page)).toBe('Globex')

    await follow(page, '#change-organization')
    expect(placeOf(page)).toBe(`${stage.app.issuer}/select-organization`)
    await choose(page, 'Hooli')
    expect(await organizationShown(page)).toBe('Hooli')
    await follow(page, '#allow')
    expect(await welcomed(page, insights)).toMatchObject({ sub: user.id, org_id: hooli })
  })

  test('has chosen for the next application in the same browser too', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, user)
    await choose(page, 'Hooli')
    await welcomed(page, portal)
    const wiki = await stage.application({ name: 'Wiki' })
    await open(page, wiki)
    expect(await welcomed(page, wiki)).toMatchObject({ org_id: hooli })
  })

  test('is told when the organization chosen is theirs no longer', async () => {
    const acme = await stage.app.fixtures.organization('Acme')
    const leaver = await stage.app.fixtures.user({ organizations: [globex, hooli] })
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, leaver)
    // As if the membership had ended between showing and choosing.
    await page
      .locator(`button[value="${hooli}"]`)
      .evaluate((button, id) => button.setAttribute('value', id), acme)
    await choose(page, 'Hooli')
    expect(await textOf(page, '#form-error')).toContain('no longer a member')
    await choose(page, 'Globex')
    expect(await welcomed(page, portal)).toMatchObject({ org_id: globex })
  })

  test('is not asked if the application names the organization', async () => {
    const { page } = await stage.person()
    await page.goto(`${portal.origin}/login?organization_id=${globex}`)
    await signIn(page, user)
    expect(await welcomed(page, portal)).toMatchObject({ org_id: globex })
  })
})

describe('"Use another account"', () => {
  test.each([
    ['consent', () => insights],
    ['select-organization', () => portal],
  ] as const)(
    'on /%s leads to sign-in, and on to the application as the other user',
    async (at, application) => {
      const other = await stage.app.fixtures.user({ firstName: 'Grace', lastName: 'Hopper' })
      const first = await stage.app.fixtures.user({
        organizations: at === 'consent' ? [globex] : [globex, hooli],
      })
      const { page } = await stage.person()
      await open(page, application())
      await signIn(page, first)
      expect(placeOf(page)).toBe(`${stage.app.issuer}/${at}`)

      await follow(page, '#use-another-account')
      expect(placeOf(page)).toBe(`${stage.app.issuer}/sign-in`)
      expect(await page.inputValue('#email')).toBe('')
      await signIn(page, other)
      if (at === 'consent') {
        expect(await textOf(page)).toContain('Grace Hopper')
        await follow(page, '#allow')
      }
      const profile = await welcomed(page, application())
      expect(profile).toMatchObject({ sub: other.id, name: 'Grace Hopper' })
      expect(profile).not.toHaveProperty('org_id')
    },
  )
})
