import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { paths } from '../../src/protocol/paths.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { signIn } from '../support/follow-authorization.ts'
import { implicitly, switchImplicit } from '../support/implicit.ts'
import type { Management } from '../support/management.ts'
import { registerResources } from '../support/resources.ts'
import { type Answers, type Door, doors, type Others } from './doors.ts'
import { expectedAnswers } from './expected.ts'
import type { Own, Way } from './own.ts'
import { type State, states } from './states.ts'
import { RESOURCE, ways } from './ways.ts'

/*
 * Every grant × every state of what it stands on × every endpoint: a rule that is enforced at one door and forgotten at
 * its sibling shows here. Grants and endpoints are those of the registries, and what each combination is answered is
 * written down in expected.ts.
 */

let app: TestApp
let management: Management
let others: Others
beforeAll(async () => {
  // Everybody signs in from here.
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  await registerResources(app, [RESOURCE])
  await switchImplicit(app)
  management = await app.management()
  others = {
    reader: await app.fixtures.firstParty(),
    stranger: await app.fixtures.thirdParty(await app.fixtures.organization()),
  }
})
afterAll(() => app[Symbol.asyncDispose]())

const established = async ({
  subject,
  isOffline,
  isFirstParty = false,
  isImplicit = false,
}: Way): Promise<Own> => {
  const owner = await app.fixtures.organization()
  const organization = await app.fixtures.organization()
  const user = await app.fixtures.user({ organizations: [organization] })
  const browser = createBrowser(app.issuer)
  if (subject === 'user') await signIn(browser, await browser.get(`${app.issuer}/sign-in`), user)
  const application =
    subject === 'client'
      ? await app.fixtures.m2m(owner)
      : isFirstParty
        ? await app.fixtures.firstParty()
        : await app.fixtures.thirdParty(owner)
  if (isImplicit) await implicitly(app, application)
  const scope = isOffline ? 'openid offline_access' : 'openid'
  return { app, owner, organization, user, browser, application, scope }
}

const answersOf = async (way: Way, { bring }: State): Promise<Answers> => {
  const own = await established(way)
  const held = await way.hold(own)
  const changed = { ...own, ...(await bring(own, management, held, way)) }
  const answers: Partial<Record<Door, string>> = {}
  for (const [door, { ask }] of Object.entries(doors)) {
    answers[door as Door] = await ask(changed, held, way, others)
  }
  return answers as Answers
}

describe('the matrix', () => {
  test('has a way for every grant of the registry', async () => {
    const response = await fetch(app.issuer + paths.openidConfiguration)
    const { grant_types_supported } = (await response.json()) as { grant_types_supported: string[] }
    expect([...new Set(ways.map(({ grantType }) => grantType))].sort()).toEqual(
      [...grant_types_supported].sort(),
    )
  })

  test('has a door for every endpoint of the protocol that takes a client, a token or a session', () => {
    const elsewhere = [
      // Of everybody, and of nobody in particular.
      paths.jwks,
      // A step of authorize.
      paths.continueAuthorization,
      // It makes clients, and what a client shows there is good for nothing else.
      paths.registration,
      // They take away, and give nothing.
      paths.endSession,
      paths.confirmLogout,
    ] as string[]
    const protocol = Object.values(paths).filter((path) => path.startsWith('/oauth2/'))
    const asked = new Set<string>(Object.values(doors).map(({ path }) => path))
    expect(protocol.filter((path) => !asked.has(path) && !elsewhere.includes(path))).toEqual([])
  })
})

describe.each(ways)('$name', (way) => {
  const possible = states.filter(({ of = () => true }) => of(way))

  test.each(possible)('$thing: $state', async (state) => {
    expect(await answersOf(way, state)).toEqual(expectedAnswers(way, state))
  })
})
