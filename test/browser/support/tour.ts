import type { Page } from 'playwright-core'
import { newDevice } from '../../support/device.ts'
import type { TestApplication, TestUser } from '../../support/fixtures.ts'
import { codeTo, otherThan } from '../../support/mailbox.ts'
import { METADATA, register, registeredApplication, switchOn } from '../../support/registration.ts'
import { authorizationUrl, newPkce } from '../../support/relying-party.ts'
import { accountTour } from './account-tour.ts'
import { factorsTour, providersTour } from './factors-tour.ts'
import { follow, identify, open, type RunningApplication, type Stage, signIn, welcomed } from './stage.ts'

/** What the people and things on the pages are called. */
export interface Names {
  readonly application: string
  readonly organizations: readonly [string, string, ...string[]]
  readonly email: string
  readonly lastName: string
}

export const shortNames: Names = {
  application: 'Insights',
  organizations: ['Globex', 'Hooli', 'Initech'],
  email: 'ada@example.com',
  lastName: 'Lovelace',
}

const STRANGE_URI = `https://${'long.'.repeat(12)}example.com/`

/** As long as people make them. */
export const longNames: Names = {
  application: 'QuarterlyRevenueForecastingAndReconciliation for Enterprises',
  organizations: ['Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft', 'Q'],
  email: `${'a-rather-long-address'.repeat(3)}@${'subdomain.'.repeat(5)}example.com`,
  lastName: 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh',
}

export interface Cast {
  readonly application: RunningApplication
  /** One that registered itself. */
  readonly stranger: TestApplication
  /** One that runs on a device. */
  readonly program: TestApplication
  readonly user: TestUser
  readonly organization: string
}

/** @param email tells one cast of a stage from another */
export const castOf = async (stage: Stage, names: Names = shortNames, email = names.email): Promise<Cast> => {
  const { fixtures } = stage.app
  const organizations = await Promise.all(names.organizations.map((name) => fixtures.organization(name)))
  const owner = await fixtures.organization('Initrode')
  await switchOn(stage.app)
  const registered = await register(stage.app, {
    ...METADATA,
    client_name: names.application,
    token_endpoint_auth_method: 'none',
    redirect_uris: [STRANGE_URI],
    post_logout_redirect_uris: [STRANGE_URI],
  })
  return {
    application: await stage.application({ name: names.application, owner }),
    stranger: await registeredApplication(stage.app, registered),
    program: await fixtures.thirdParty(owner, { name: names.application, isPublic: true }),
    user: await fixtures.user({ email, lastName: names.lastName, organizations }),
    organization: names.organizations[0],
  }
}

/** Of the stage of a tour: one of the providers on the way is on this machine. */
export const tourSettings = { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: '127.0.0.1' }

type Arrived = (at: string) => Promise<void>

/** A part of the tour. It begins where the one before it ended, as the same person. */
type Part = (stage: Stage, page: Page, cast: Cast, arrived: Arrived) => Promise<void>

/** Up to what an application asks for. */
export const signingIn: Part = async (stage, page, { application, user, organization }, arrived) => {
  await page.goto(stage.app.issuer)
  await arrived('home')
  await open(page, application)
  await arrived('sign-in')
  await follow(page, '#continue')
  await arrived('sign-in, no address')
  await identify(page, user)
  await arrived('sign-in, password')
  await page.fill('#password', 'not my password')
  await follow(page, '#sign-in')
  await arrived('sign-in refused')
  await signIn(page, user)
  await arrived('select-organization')
  await follow(page, `button.option:has-text("${organization}")`)
}

/** Up to where somebody would be signed in. */
const byMail: Part = async (stage, page, { application, user }, arrived) => {
  const { app } = stage
  const newcomer = `new.${user.email}`
  await (await app.management()).patch('/latchkey/v1/settings', { sign_up: true, magic_codes: true })
  await app.changesHeard()
  await open(page, application)
  await follow(page, '#create-account')
  await arrived('sign-up')
  await page.fill('#email', newcomer)
  await follow(page, '#continue')
  const code = await codeTo(app, newcomer)
  await page.fill('#code', otherThan(code))
  await follow(page, '#continue')
  await arrived('code refused')
  app.clock.advance(31)
  await follow(page, '#send-code')
  await arrived('code, another one')
  await page.fill('#code', await codeTo(app, newcomer, 2))
  await follow(page, '#continue')
  await page.fill('#password', 'short')
  await follow(page, '#create-account')
  await arrived('sign-up, create-account')
  await open(page, application)
  await identify(page, user)
  await follow(page, '#email-code')
  await arrived('code, perhaps')
  await page.goBack()
  await follow(page, '#forgot-password')
  await page.fill('#code', await codeTo(app, user.email, 2))
  await follow(page, '#continue')
  await arrived('new-password')
  await page.goto(`${app.issuer}/dev/mail`)
  await arrived('development mail')
}

const consenting: Part = async (stage, page, { application, stranger }, arrived) => {
  await arrived('consent')
  await page.uncheck('#scope-2')
  await follow(page, '#allow')
  await welcomed(page, application)
  const more = { scope: 'openid profile email phone offline_access' }
  await page.goto(authorizationUrl(stage.app, application.application, more))
  await arrived('consent, something new')
  await page.goto(
    authorizationUrl(stage.app, application.application, { scope: 'email phone', prompt: 'consent' }),
  )
  await page.uncheck('#scope-0')
  await page.uncheck('#scope-1')
  await follow(page, '#allow')
  await arrived('consent, nothing left')
  const ofStranger = { ...newPkce().parameters, scope: 'openid email' }
  await page.goto(authorizationUrl(stage.app, stranger, ofStranger))
  await arrived('consent, of a stranger')
  await page.goto(stage.app.issuer)
  await arrived('home signed in')
}

const ofDevices: Part = async (stage, page, { program }, arrived) => {
  const { issuer } = stage.app
  await page.goto(`${issuer}/device`)
  await arrived('device')
  await page.fill('#user_code', 'BCDF-GHJK')
  await follow(page, '#continue')
  await arrived('device, unknown code')
  for (const decision of ['allow', 'deny'] as const) {
    const device = await newDevice(stage.app, program, { scope: 'openid email' })
    await page.goto(`${issuer}/device?user_code=${device.userCode}`)
    await follow(page, '#continue')
    if (decision === 'allow') await arrived('consent, for a device')
    await follow(page, `#${decision}`)
    await arrived(decision === 'allow' ? 'device-done' : 'device-done, denied')
  }
  await page.goBack()
  await arrived('error, code used')
}

const goingWrong: Part = async (stage, page, { application, stranger }, arrived) => {
  const { issuer } = stage.app
  const { clientId, redirectUri } = application.application
  await page.goto(`${issuer}/oauth2/authorize?client_id=${clientId}&redirect_uri=${redirectUri}/`)
  await arrived('error')
  await page.click('summary')
  await arrived('error, folded')
  await page.goto(`${issuer}/oauth2/authorize?client_id=client_nobody`)
  await arrived('error, unknown application')
  await page.goto(`${issuer}/consent`)
  await arrived('error, expired')
  await page.goto(authorizationUrl(stage.app, stranger, { prompt: 'none' }))
  await arrived('leaving')
  await page.goto(`${issuer}/nowhere`)
  await arrived('not found')
}

const signingOut: Part = async (stage, page, { application, stranger }, arrived) => {
  const { issuer } = stage.app
  await page.goto(`${issuer}/oauth2/logout`)
  await arrived('confirm-sign-out')
  await page.goto(`${issuer}/oauth2/logout?client_id=${application.application.clientId}`)
  await arrived('confirm-sign-out, asked by an application')
  await follow(page, '#sign-out')
  await arrived('signed-out')
  const bye = new URLSearchParams({ client_id: stranger.clientId, post_logout_redirect_uri: STRANGE_URI })
  await page.goto(`${issuer}/oauth2/logout?${bye}`)
  await arrived('signed-out, the way on unchecked')
}

/**
 * Every page there is: a page is in the tests of accessibility, and among the screenshots, by being in one of these. The
 * person is signed in from the end of the third to the last, which is to stay the last.
 */
const parts: readonly Part[] = [
  byMail,
  providersTour,
  signingIn,
  consenting,
  ofDevices,
  accountTour,
  factorsTour,
  goingWrong,
  signingOut,
]

/** Goes to every page in each of its states, as somebody would who gets everything wrong first. */
export const tour: Part = async (stage, page, cast, arrived) => {
  for (const part of parts) await part(stage, page, cast, arrived)
}
