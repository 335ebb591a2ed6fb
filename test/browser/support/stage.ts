import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, expect } from 'vitest'
import type { OrganizationId } from '../../../src/protocol/identifiers.ts'
import { freePort, startTestApp, type TestApp, type TestAppOptions } from '../../support/app.ts'
import { launchChromium } from '../../support/chromium.ts'
import type { TestApplication, TestUser } from '../../support/fixtures.ts'
import { type RelyingParty, startRelyingParty } from './relying-party.ts'

/*
 * What a browser test plays on: the server, applications on other origins, and people who each have a browser of
 * their own. Whatever Chromium complains of on the way, in any test, fails that test.
 */

/** An application with everything it runs on. */
export interface RunningApplication extends RelyingParty {
  readonly application: TestApplication
  readonly name: string
}

export interface ApplicationOptions {
  readonly name: string
  /** The organization that owns it; first-party without. */
  readonly owner?: OrganizationId
  readonly scope?: string
  /** `localhost` is the same site as the server, `127.0.0.1` another one. */
  readonly host?: 'localhost' | '127.0.0.1'
}

export interface Stage {
  readonly app: TestApp
  application(options: ApplicationOptions): Promise<RunningApplication>
  /** A browser that nobody has used before. */
  person(options?: BrowserContextOptions): Promise<Person>
  /** What the browsers have complained of so far; whoever takes it expected it. */
  takeComplaints(): string[]
}

export interface Person {
  readonly context: BrowserContext
  readonly page: Page
}

/**
 * For the tests of one file. After each of them its browsers are closed, and it fails if they had anything to complain
 * of, or the server an error.
 */
export const openStage = async (options: TestAppOptions = {}): Promise<Stage> => {
  const [app, chromium] = await Promise.all([startTestApp(options), launchChromium()])
  const applications: RelyingParty[] = []
  const contexts: BrowserContext[] = []
  const complaints: string[] = []
  let linesRead = 0

  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    expect(complaints.splice(0), 'what Chromium complained of').toEqual([])
    const lines = app.logLines.slice(linesRead)
    linesRead += lines.length
    expect(lines.filter(isFailure), 'what failed in the server').toEqual([])
  })
  afterAll(async () => {
    await chromium.close()
    await Promise.all(applications.map((application) => application.close()))
    await app[Symbol.asyncDispose]()
  })

  return {
    app,
    application: async ({ name, owner, scope = 'openid profile email', host = 'localhost' }) => {
      const redirectUris = [`http://${host}:${await freePort()}/callback`]
      const application = owner
        ? await app.fixtures.thirdParty(owner, { name, redirectUris })
        : await app.fixtures.firstParty({ name, redirectUris })
      const running = await startRelyingParty({ issuer: app.issuer, application, name, scope })
      applications.push(running)
      return { ...running, application, name }
    },
    person: async (options) => {
      const context = await newContext(chromium, complaints, options)
      contexts.push(context)
      return { context, page: await context.newPage() }
    },
    takeComplaints: () => complaints.splice(0),
  }
}

const isFailure = (line: string): boolean => {
  const { status, level, outcome } = JSON.parse(line) as {
    status?: number
    level?: string | number
    outcome?: string
  }
  // That there is no place just now is an answer like others.
  return ((status ?? 0) >= 500 && outcome !== 'busy') || level === 'error' || level === 50
}

const newContext = async (chromium: Browser, complaints: string[], options: BrowserContextOptions = {}) => {
  const context = await chromium.newContext(options)
  // Far below the limit of a test, so that a failure names the step and not the test.
  context.setDefaultTimeout(10_000)
  const documents = new Set<string>()
  context.on('response', (response) => {
    if (response.request().isNavigationRequest()) documents.add(response.url())
  })
  context.on('console', (message) => {
    const { url } = message.location()
    // That a page came with a 4xx status is what tests ask for; that something on it did is not.
    if (message.text().startsWith('Failed to load resource') && documents.has(url)) return
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()} at ${url || message.page()?.url()}: ${message.text()}`)
    }
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  return context
}

/** Follows a link, or sends a form by one of its buttons, and waits for the page it leads to. */
export const follow = async (page: Page, selector: string): Promise<void> => {
  await Promise.all([page.waitForEvent('load'), page.click(selector)])
}

/** Follows the link of the application's own page. */
export const open = async (page: Page, { origin }: RelyingParty): Promise<void> => {
  await page.goto(origin)
  await follow(page, '#sign-in')
}

/** Says who it is, on whichever page of signing in the browser is; that leads to the one that asks for the password. */
export const identify = async (page: Page, { email }: Pick<TestUser, 'email'>): Promise<void> => {
  const asked = page.locator('#username')
  if ((await asked.count()) > 0) {
    if ((await asked.getAttribute('value')) === email) return
    await follow(page, '#use-another-account')
  }
  await page.fill('#email', email)
  await follow(page, '#continue')
}

export const signIn = async (page: Page, person: Pick<TestUser, 'email' | 'password'>): Promise<void> => {
  await identify(page, person)
  await page.fill('#password', person.password)
  await follow(page, '#sign-in')
}

/** What stands on the page, as people read it. */
// biome-ignore lint/performance/useDomNodeTextContent: what is hidden must not count as shown
export const textOf = (page: Page, selector = 'main'): Promise<string> => page.innerText(selector)

/** Where the browser is, without the query. */
export const placeOf = (page: Page): string => {
  const { origin, pathname } = new URL(page.url())
  return origin + pathname
}

/** Waits until the application has welcomed its visitor. @returns what it then knows about them. */
export const welcomed = async (page: Page, running: RunningApplication) => {
  await page.waitForURL(`${running.origin}/welcome**`)
  return running.profiles.at(-1) ?? {}
}
