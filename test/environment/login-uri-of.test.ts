import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { lifetimes } from '../../src/config/lifetimes.ts'
import { configuredSettings } from '../../src/environment/configured-settings.ts'
import { isKeptElsewhere, loginUriOf, someSignInHere } from '../../src/environment/login-uri-of.ts'
import type { ApplicationId, OrganizationId } from '../../src/protocol/identifiers.ts'

const dashboard = 'conn_app_dashboard' as ApplicationId
const shop = 'conn_app_shop' as ApplicationId
const other = 'conn_app_other' as ApplicationId
const contoso = 'org_contoso' as OrganizationId
const nobodys = 'org_nobody' as OrganizationId

const environment = (standaloneLoginUri: string | null) => ({
  settings: { ...configuredSettings(loadConfig({}), lifetimes), standaloneLoginUri },
  loginUris: [
    { uri: 'https://contoso.example/', applicationId: null, organizationId: contoso },
    { uri: null, applicationId: dashboard, organizationId: null },
    { uri: 'https://shop.example/', applicationId: shop, organizationId: null },
  ],
})

test.each([
  { what: 'of the application', application: shop, organization: undefined, goesTo: 'https://shop.example/' },
  {
    what: 'of the application before that of the organization',
    application: shop,
    organization: contoso,
    goesTo: 'https://shop.example/',
  },
  {
    what: 'here, whatever organization is asked for',
    application: dashboard,
    organization: contoso,
    goesTo: null,
  },
  {
    what: 'of the organization that is asked for',
    application: other,
    organization: contoso,
    goesTo: 'https://contoso.example/',
  },
  {
    what: 'of everybody, of an organization that has none',
    application: other,
    organization: nobodys,
    goesTo: 'https://all.example/',
  },
  { what: 'of everybody', application: other, organization: undefined, goesTo: 'https://all.example/' },
])('the login page is that $what', ({ application, organization, goesTo }) => {
  const purpose = { client: { id: application }, organizationId: organization }
  expect(loginUriOf(environment('https://all.example/'), purpose)).toBe(goesTo)
})

const ours = { externalId: null }
const theirs = { externalId: 'person-1' }

test('where an application’s users sign in here, whoever does so signs in again here for a page of ours', () => {
  const all = environment('https://all.example/')
  expect(someSignInHere(all)).toBe(true)
  expect([isKeptElsewhere(all, ours), isKeptElsewhere(all, theirs)]).toEqual([false, true])
  expect(loginUriOf(all, undefined, ours)).toBeNull()
  expect(loginUriOf(all, undefined, theirs)).toBe('https://all.example/')
})

test('where nobody signs in here, the operator’s page keeps everybody', () => {
  const all = { ...environment('https://all.example/'), loginUris: [] }
  expect(someSignInHere(all)).toBe(false)
  expect([isKeptElsewhere(all, ours), isKeptElsewhere(all, theirs)]).toEqual([true, true])
  expect(loginUriOf(all, undefined, ours)).toBe('https://all.example/')
  expect([isKeptElsewhere(environment(null), ours), isKeptElsewhere(environment(null), theirs)]).toEqual([
    false,
    false,
  ])
})

test('whoever signs in for a page of ours goes where everybody goes', () => {
  expect(loginUriOf(environment('https://all.example/'), undefined)).toBe('https://all.example/')
  expect(loginUriOf(environment(null), undefined)).toBeNull()
})
