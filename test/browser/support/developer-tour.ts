import type { Page } from 'playwright-core'
import { parseIdentifier } from '../../../src/protocol/identifiers.ts'
import { follow, type Stage } from './stage.ts'

/** Goes to the pages of an application that are for whoever builds it. */
export const developerTour = async (
  { app }: Stage,
  page: Page,
  arrived: (at: string) => Promise<void>,
  /** The page of the application. */
  path: string,
): Promise<void> => {
  const goTo = (below: string) => page.goto(`${app.issuer}${path}${below}`)
  const id = parseIdentifier('application', path.split('/').at(-1))
  const client = id && (await app.stores.clients.byId(id))
  await goTo('/refusals')
  await arrived('no refused requests')
  const query = new URLSearchParams({
    client_id: client?.clientId ?? '',
    redirect_uri: 'https://evil.example',
  })
  await fetch(`${app.issuer}/oauth2/authorize?${query}`)
  await goTo('/refusals')
  await arrived('refused requests')
  await goTo('/try')
  await arrived('try')
  await follow(page, '#try')
  await arrived('try, answered')
  await follow(page, '#redeem')
  await arrived('try, not redeemed')
  await page.fill('#client_secret', 'wrong')
  await follow(page, '#redeem')
  await arrived('try, refused')
  await goTo('/integrate?with=curl')
  await arrived('integrate')
}
