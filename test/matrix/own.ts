import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import type { TestApp } from '../support/app.ts'
import type { TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import type { Answer } from '../support/relying-party.ts'

/** A user, an application and all that stands between them: each test has its own. */
export interface Own {
  readonly app: TestApp
  /** The user's, and the one the tokens act for. */
  readonly organization: OrganizationId
  /** The application belongs to it, unless it is first-party. */
  readonly owner: OrganizationId
  readonly user: TestUser
  readonly application: TestApplication
  /** The user is signed in with it. */
  readonly browser: TestBrowser
  readonly scope: string
}

/** What was granted before anything happened. */
export interface Held {
  readonly access: string
  readonly refresh: string | undefined
  /** What one more token request would show, unused as yet. */
  readonly proof: Readonly<Record<string, string>>
}

/** A way to get tokens: one of the registry's grants, with or without offline access. */
export interface Way {
  /** As in `grant_types_supported`. */
  readonly grantType: string
  readonly name: string
  readonly subject: 'user' | 'client'
  readonly isOffline: boolean
  /** Tokens come from the authorization endpoint, and the token endpoint has none of its kind. */
  readonly isImplicit?: boolean
  /** The application that asks; third-party unless it says otherwise. */
  readonly isFirstParty?: boolean
  hold(own: Own): Promise<Held>
}

/** What a token request answered, in a word. */
export const wordOf = ({ status, body }: Answer): string => {
  if (status === 200) return 'tokens'
  if (status >= 500) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return String(body['error'])
}
