import type { Page } from 'playwright-core'
import type { TestUser } from '../../support/fixtures.ts'
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

/** As long as people make them. */
export const longNames: Names = {
  application: 'QuarterlyRevenueForecastingAndReconciliation for Enterprises',
  organizations: ['Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft', 'Q'],
  email: `${'a-rather-long-address'.repeat(3)}@${'subdomain.'.repeat(5)}example.com`,
  lastName: 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh',
}

export interface Cast {
  readonly application: RunningApplication
  readonly user: TestUser
  readonly organization: string
}

/** @param email tells one cast of a stage from another */
export const castOf = async (stage: Stage, names: Names = shortNames, email = names.email): Promise<Cast> => {
  const { fixtures } = stage.app
  const organizations = await Promise.all(names.organizations.map((name) => fixtures.organization(name)))
  const owner = await fixtures.organization('Initrode')
  return {
    application: await stage.application({ name: names.application, owner }),
    user: await fixtures.user({ email, lastName: names.lastName, organizations }),
    organization: names.organizations[0],
  }
}

/** Goes to every page in each of its states, as somebody would who gets everything wrong first. */
export const tour = async (
  stage: Stage,
  page: Page,
  { application, user, organization }: Cast,
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
  await page.goto(
    `${issuer}/oauth2/authorize?client_id=${clientId}&redirect_uri=https://${'long.'.repeat(12)}example.com/`,
  )
  await arrived('error')
  await page.click('summary')
  await arrived('error unfolded')
  await page.goto(`${issuer}/nowhere`)
  await arrived('not found')
  await page.goto(`${issuer}/oauth2/logout`)
  await arrived('confirm-sign-out')
  await follow(page, '#sign-out')
  await arrived('signed-out')
}
