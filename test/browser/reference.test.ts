import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openStage } from './support/stage.ts'

const stage = await openStage()
const reference = `${stage.app.issuer}/reference`

/** Every request the page makes, from the first. */
const opened = async (page: Page, url = reference) => {
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(url)
  return requests
}

const said = async (output: Locator): Promise<string> => (await output.textContent()) ?? ''

const sizes = {
  desktop: { width: 1360, height: 900 },
  phone: { width: 360, height: 740 },
}

describe('the API reference', () => {
  test('asks nobody but this server, and breaks no rule of its policy, whatever is done on it', async () => {
    const { page } = await stage.person()
    const requests = await opened(page, `${reference}#createOrganization`)
    await page.fill('#api-key', await stage.app.fixtures.apiKey())
    const form = page.locator('#createOrganization form.try')
    await form.locator('textarea').fill('{"name":"<img src=https://elsewhere.example/x onerror=alert(1)>"}')
    await form.locator('.send').click()
    await form.locator('.outcome-body').waitFor()
    await page.fill('#search', 'webhook')
    expect(requests.length).toBeGreaterThan(3)
    // What stands in the address of the icon is the icon.
    expect(requests.filter((url) => !url.startsWith(`${stage.app.issuer}/`) && url !== 'data:,')).toEqual([])
    expect(stage.takeComplaints()).toEqual([])
  })

  test('sends what is filled in, with the key that is typed in, and shows the answer as it is', async () => {
    const { page } = await stage.person()
    await opened(page, `${reference}#createOrganization`)
    const form = page.locator('#createOrganization form.try')
    await form.locator('textarea').fill('{"name":"Acme & <b>Sons</b>"}')
    await form.locator('.send').click()
    await form.locator('.status-4').waitFor()
    expect(await said(form.locator('.outcome'))).toContain('401')
    // The browser tells of the 401; that was asked for.
    expect(stage.takeComplaints()).toHaveLength(1)

    await page.fill('#api-key', await stage.app.fixtures.apiKey(['organizations:write']))
    await form.locator('.send').click()
    await form.locator('.status-2').waitFor()
    const { id, name } = JSON.parse(await said(form.locator('.outcome-body')))
    expect(name).toBe('Acme & <b>Sons</b>')
    expect(await stage.app.stores.organizations.byId(id)).toMatchObject({ name })

    await page.goto(`${reference}#getOrganization`)
    const getting = page.locator('#getOrganization form.try')
    await getting.locator('input[name=id]').fill(id)
    await getting.locator('.send').click()
    await getting.locator('.status-2').waitFor()
    expect(JSON.parse(await said(getting.locator('.outcome-body')))).toMatchObject({ id, name })
  })

  test('keeps the key in its field alone, which is empty after leaving and coming back', async () => {
    const { page, context } = await stage.person()
    await opened(page)
    const key = await stage.app.fixtures.apiKey()
    await page.fill('#api-key', key)
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    expect(kept).not.toContain(key)
    expect(JSON.stringify(await context.storageState({ indexedDB: true }))).not.toContain(key)
    await page.goto(stage.app.issuer)
    await page.goBack()
    expect(await page.inputValue('#api-key')).toBe('')
    await page.fill('#api-key', key)
    await page.reload()
    expect(await page.inputValue('#api-key')).toBe('')
  })

  test('is searched by words of a name, a path or a summary, and by keyboard', async () => {
    const { page } = await stage.person()
    await opened(page)
    const shown = () =>
      page.locator('details[data-search]:visible').evaluateAll((all) => all.map(({ id }) => id))
    const all = (await shown()).length
    await page.keyboard.press('/')
    await page.keyboard.type('client_secrets delete')
    expect(await shown()).toEqual(['deleteClientSecret'])
    await page.fill('#search', 'no such thing')
    expect(await shown()).toEqual([])
    expect(await page.locator('#no-match').isVisible()).toBe(true)
    await page.fill('#search', '')
    expect((await shown()).length).toBe(all)
    // A link to what the search hides shows it nevertheless.
    await page.fill('#search', 'webhook')
    await page.goto(`${reference}#getUser`)
    expect(await page.locator('#getUser .operation-body').isVisible()).toBe(true)
  })

  test('says as curl what it would send, and leaves the key out', async () => {
    const { page } = await stage.person()
    await opened(page, `${reference}#createOrganization`)
    const key = await stage.app.fixtures.apiKey()
    await page.fill('#api-key', key)
    const form = page.locator('#createOrganization form.try')
    await form.locator('textarea').fill(`{"name":"O'Reilly"}`)
    await form.locator('.copy').click()
    const command = await said(form.locator('.outcome-body'))
    expect(command).toContain(`curl -X POST '${stage.app.issuer}/organizations'`)
    expect(command).toContain(`-d '{"name":"O'\\''Reilly"}'`)
    expect(command).not.toContain(key)
  })

  test.each(Object.entries(sizes))(
    'fits a %s, light and dark, and can be read there',
    async (_, viewport) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await stage.person({ viewport, colorScheme })
        await opened(page, `${reference}#createOrganization`)
        const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
        expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)
        const contentsAreOpen = await page
          .locator('.contents')
          .evaluate((element) => element.hasAttribute('open'))
        expect(contentsAreOpen).toBe(viewport.width > 960)
        expect(await page.locator('#createOrganization textarea').isVisible()).toBe(true)
      }
    },
  )

  test('without a script shows every operation, its fields and the way to the document', async () => {
    const { page } = await stage.person({ javaScriptEnabled: false })
    await opened(page)
    const document = (await (await fetch(`${stage.app.issuer}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>
    }
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    )
    for (const id of ids) expect(await page.locator(`#${id} > summary`).isVisible()).toBe(true)
    await page.click('#createOrganization > summary')
    expect(await page.locator('#createOrganization .field-name').first().isVisible()).toBe(true)
    expect(await page.locator('form:visible').count()).toBe(0)
    expect(await page.locator('a[href="/openapi.json"]').isVisible()).toBe(true)
  })
})
