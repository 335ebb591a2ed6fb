import { expect } from 'vitest'
import type { OutboundAnswer, OutboundFetch } from '../../src/system/outbound-fetch.ts'
import type { TestApp } from './app.ts'
import type { TestApplication } from './fixtures.ts'
import { SETTINGS } from './registration.ts'

/** Web servers of clients: what is at which URL, and what was asked of them. */
export interface Documents {
  readonly outboundFetch: OutboundFetch
  /** URLs, in the order in which they were asked for. */
  readonly asked: string[]
  /** JSON, an answer, or the failure to give one. */
  put(url: string, document: unknown): void
  remove(url: string): void
}

export const documents = (): Documents => {
  const published = new Map<string, unknown>()
  const asked: string[] = []
  return {
    asked,
    put: (url, document) => void published.set(url, document),
    remove: (url) => void published.delete(url),
    outboundFetch: async ({ url }) => {
      asked.push(url)
      const document = published.get(url)
      if (document === undefined) return { status: 404, headers: {}, body: Buffer.alloc(0) }
      if (document instanceof Error) throw document
      return isAnswer(document) ? document : answerWith(document)
    },
  }
}

const isAnswer = (document: unknown): document is OutboundAnswer =>
  typeof document === 'object' && document !== null && 'body' in document && Buffer.isBuffer(document.body)

export const answerWith = (
  document: unknown,
  headers: Readonly<Record<string, string>> = {},
): OutboundAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)),
})

export const REDIRECT_URI = 'https://notes.example/callback'

/** What a client publishes under its ID. */
export const documentAt = (url: string, members: Readonly<Record<string, unknown>> = {}) => ({
  client_id: url,
  client_name: 'Notes',
  redirect_uris: [REDIRECT_URI],
  ...members,
})

/** Such a client as the tests of flows know applications. */
export const applicationAt = (url: string, redirectUri = REDIRECT_URI): TestApplication =>
  ({
    id: undefined,
    clientId: url,
    clientSecret: '',
    credentialId: undefined,
    redirectUri,
  }) as unknown as TestApplication

/** Lets clients describe themselves under their ID, or no more. */
export const switchDocuments = async (app: TestApp, isOn = true): Promise<void> => {
  const management = await app.management()
  const { status } = await management.patch(SETTINGS, { client_id_metadata_documents: isOn })
  expect(status).toBe(200)
}
