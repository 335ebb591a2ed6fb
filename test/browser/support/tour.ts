import type { Page } from 'playwright-core'
import type { TestApplication, TestUser } from '../../support/fixtures.ts'
import { METADATA, register, registeredApplication, switchOn } from '../../support/registration.ts'
import { authorizationUrl } from '../../support/relying-party.ts'
import { follow, open, type RunningApplication, type Stage, signIn, welcomed } from './stage.ts'

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
    user: await fixtures.user({ email, lastName: names.lastName, organizations }),
    organization: names.organizations[0],
  }
}

/** Goes to every page in each of its states, as somebody would who gets everything wrong first. */
export const tour = async (
  stage: Stage,
  page: Page,
  { application, stranger, user, organization }: Cast,
  arrived: (at: string) => Promise<void>,
): Promise<void> => {
  const { issuer } = stage.app
  await page.goto(issuer)
  await arrived('home')
  await open(page, application)
  await arrived('sign-in')
  await follow(page, '#sign-in')
  await arrived('sign-in with empty fields')
  await signIn(page, { email: user.email, password: 'not my password' })
  await arrived('sign-in refused')
  await signIn(page, user)
  await arrived('select-organization')
  await follow(page, `button.option:has-text("${organization}")`)
  await arrived('consent')
  await follow(page, '#allow')
  await welcomed(page, application)
  await page.goto(issuer)
  await arrived('home signed in')
  const { clientId } = application.application
  await page.goto(`${issuer}/oauth2/authorize?client_id=${clientId}&redirect_uri=${STRANGE_URI}`)
  await arrived('error')
  await page.click('summary')
  await arrived('error unfolded')
  await page.goto(authorizationUrl(stage.app, stranger, { prompt: 'none' }))
  await arrived('leaving')
  await page.goto(`${issuer}/nowhere`)
  await arrived('not found')
  await page.goto(`${issuer}/oauth2/logout`)
  await arrived('confirm-sign-out')
  await follow(page, '#sign-out')
  await arrived('signed-out')
  const bye = new URLSearchParams({ client_id: stranger.clientId, post_logout_redirect_uri: STRANGE_URI })
  await page.goto(`${issuer}/oauth2/logout?${bye}`)
  await arrived('signed-out, the way on unchecked')
}
