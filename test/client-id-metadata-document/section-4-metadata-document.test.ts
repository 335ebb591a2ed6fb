import { beforeEach, describe, expect, test } from 'vitest'
import { createMetadataDocuments, type MetadataDocuments } from '../../src/clients/metadata-document.ts'
import { type ClientIdUrl, parseClientIdUrl } from '../../src/protocol/client-id-url.ts'
import { createOutboundFetch, OutboundFailure } from '../../src/system/outbound-fetch.ts'
import { answerWith, type Documents, documentAt, documents } from '../support/metadata-documents.ts'
import { type SettableClock, settableClock } from '../support/settable-clock.ts'

/* draft-ietf-oauth-client-id-metadata-document §4, §6.5, §6.6 */

const idOf = (text: string): ClientIdUrl => {
  const url = parseClientIdUrl(text)
  if (url === undefined) throw new Error(`${text} is no client ID`)
  return url
}

const url = idOf('https://notes.example/client.json')
const limits = { aMinute: 8, ofOneHost: 4 }

let clock: SettableClock
let published: Documents
let known: MetadataDocuments
beforeEach(() => {
  clock = settableClock()
  published = documents()
  known = createMetadataDocuments({ ...published, clock, limits })
  published.put(url, documentAt(url))
})

const problemOf = async (asked: ClientIdUrl = url, of = known): Promise<string> => {
  try {
    await of.find(asked)
  } catch (error) {
    return (error as Error).message
  }
  return 'none'
}

describe('draft §4: the document', () => {
  test('is of a public client unless it says otherwise; what is not understood is ignored', async () => {
    published.put(url, documentAt(url, { something_else: { nobody: 'knows' }, logo_uri: null }))
    expect(await known.find(url)).toEqual({
      name: 'Notes',
      redirectUris: [{ uri: 'https://notes.example/callback', isDefault: true }],
      isPublic: true,
      metadata: { token_endpoint_auth_method: 'none' },
      jwks: null,
      jwksUri: null,
    })
  })

  test.each(['application/json', 'application/json; charset=utf-8', 'application/oauth-client+json'])(
    'may come as %s',
    async (type) => {
      published.put(url, answerWith(documentAt(url), { 'content-type': type }))
      expect(await problemOf()).toBe('none')
    },
  )

  const mentioning = (members: Readonly<Record<string, unknown>>) => documentAt(url, members)
  test.each<[string, unknown, string]>([
    ['is not there', undefined, 'status 404'],
    ['redirects', { status: 302, headers: { location: url }, body: Buffer.alloc(0) }, 'status 302'],
    ['is a page', answerWith(documentAt(url), { 'content-type': 'text/html' }), 'media type'],
    ['says not what it is', answerWith(documentAt(url), { 'content-type': '' }), 'media type'],
    ['is not JSON', '{', 'is not JSON'],
    ['is a list', [], 'not a JSON object'],
    ['is null', 'null', 'not a JSON object'],
    ['is of another client', mentioning({ client_id: `${url}x` }), 'its own URL'],
    [
      'is of one that is written otherwise',
      mentioning({ client_id: 'https://notes.example:443/client.json' }),
      'its own URL',
    ],
    ['does not say whose it is', mentioning({ client_id: undefined }), 'its own URL'],
    ['holds a secret', mentioning({ client_secret: 'x' }), 'client_secret'],
    ['holds the time of a secret', mentioning({ client_secret_expires_at: 0 }), 'client_secret_expires_at'],
    [
      'wants client_secret_basic',
      mentioning({ token_endpoint_auth_method: 'client_secret_basic' }),
      'one of none',
    ],
    [
      'wants client_secret_post',
      mentioning({ token_endpoint_auth_method: 'client_secret_post' }),
      'one of none',
    ],
    [
      'wants client_secret_jwt',
      mentioning({ token_endpoint_auth_method: 'client_secret_jwt' }),
      'token_endpoint_auth_method',
    ],
    ['wants tls_client_auth', mentioning({ token_endpoint_auth_method: 'tls_client_auth' }), 'one of none'],
    ['has no redirect URI', mentioning({ redirect_uris: [] }), 'redirect URI'],
    ['has one over http', mentioning({ redirect_uris: ['http://notes.example/callback'] }), 'is refused'],
    ['has one that runs something', mentioning({ redirect_uris: ['javascript:alert(1)'] }), 'is refused'],
    [
      'has keys in two places',
      mentioning({ jwks: { keys: [] }, jwks_uri: 'https://notes.example/jwks' }),
      'jwks',
    ],
    [
      'has no keys to prove itself by',
      mentioning({ token_endpoint_auth_method: 'private_key_jwt' }),
      'is refused',
    ],
    [
      'would have us ask elsewhere',
      mentioning({ sector_identifier_uri: 'https://sector.example/' }),
      'sector',
    ],
  ])('is refused if it %s', async (_what, document, problem) => {
    if (document === undefined) published.remove(url)
    else published.put(url, document)
    expect(await problemOf()).toMatch(/^invalid_client: The client ID metadata document /)
    expect(await problemOf()).toContain(problem)
  })
})

describe('draft §6.5: what we ask for', () => {
  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
    'is never at %s, whatever the name says',
    async (address) => {
      const family = address.includes(':') ? 6 : 4
      const outboundFetch = createOutboundFetch({
        allowedHosts: [],
        resolve: async () => [{ address, family }],
      })
      const guarded = createMetadataDocuments({ outboundFetch, clock })
      expect(await problemOf(url, guarded)).toContain('forbidden_address')
    },
  )

  test.each(['https://127.0.0.1/client', 'https://[::1]/client', 'https://169.254.169.254/latest'])(
    'is never %s',
    async (asked) => {
      const guarded = createMetadataDocuments({
        outboundFetch: createOutboundFetch({ allowedHosts: [] }),
        clock,
      })
      expect(await problemOf(idOf(asked), guarded)).toMatch(/forbidden_address|invalid_url/)
    },
  )

  test('what became of the request is for the log alone', async () => {
    published.put(url, new OutboundFailure('connection_failed'))
    await expect(known.find(url)).rejects.toMatchObject({
      description: 'The client ID metadata document cannot be had.',
      reason: expect.stringContaining('connection_failed'),
    })
  })

  test('draft §6.6: 5 kilobytes and 5 seconds at most', async () => {
    let bounds: unknown
    const counting = createMetadataDocuments({
      clock,
      outboundFetch: async ({ maximumBytes, timeoutMilliseconds, method }) => {
        bounds = { maximumBytes, timeoutMilliseconds, method }
        throw new OutboundFailure('too_large')
      },
    })
    expect(await problemOf(url, counting)).toContain('too_large')
    expect(bounds).toEqual({ maximumBytes: 5120, timeoutMilliseconds: 5000, method: 'GET' })
  })
})

describe('draft §4.4: how often', () => {
  test('those who come at once wait for one answer', async () => {
    await Promise.all(Array.from({ length: 20 }, () => known.find(url)))
    expect(published.asked).toEqual([url])
  })

  test.each([
    ['nothing', {}, 300],
    ['no-store', { 'cache-control': 'no-store' }, 60],
    ['max-age=1', { 'cache-control': 'max-age=1' }, 60],
    ['max-age=3600', { 'cache-control': 'public, max-age=3600' }, 3600],
    ['max-age=999999999', { 'cache-control': 'max-age=999999999' }, 86_400],
  ])(
    'with %s said of its age an answer holds its time within our bounds',
    async (_what, headers, seconds) => {
      published.put(url, answerWith(documentAt(url), headers))
      await known.find(url)
      clock.advance(seconds - 1)
      await known.find(url)
      expect(published.asked.length).toBe(1)
      clock.advance(1)
      await known.find(url)
      expect(published.asked.length).toBe(2)
    },
  )

  test('that there is none is known for half a minute', async () => {
    published.remove(url)
    const problems = [await problemOf(), await problemOf()]
    expect(problems).toEqual([expect.stringContaining('404'), expect.stringContaining('404')])
    expect(published.asked.length).toBe(1)
    published.put(url, documentAt(url))
    clock.advance(30)
    expect(await problemOf()).toBe('none')
  })

  test('one that has gone counts no more once its time is over', async () => {
    await known.find(url)
    published.remove(url)
    expect(await problemOf()).toBe('none')
    clock.advance(300)
    expect(await problemOf()).toContain('404')
  })

  test('one host is asked so often a minute; whoever is known already is not held up', async () => {
    await known.find(url)
    for (let made = 1; made < limits.ofOneHost; made++) await problemOf(idOf(`${url}?${made}`))
    expect(await problemOf(idOf(`${url}?more`))).toMatch(/^temporarily_unavailable/)
    expect(published.asked.length).toBe(limits.ofOneHost)
    const elsewhere = idOf('https://other.example/client.json')
    published.put(elsewhere, documentAt(elsewhere))
    expect(await problemOf(elsewhere)).toBe('none')

    clock.advance(300)
    for (let made = 1; made <= limits.ofOneHost; made++) await problemOf(idOf(`${url}?${made}`))
    expect(await problemOf()).toBe('none')
    expect(published.asked.filter((asked) => asked === url).length).toBe(1)
  })

  test('all hosts together are asked so often a minute', async () => {
    for (let host = 0; host < limits.aMinute; host++) await problemOf(idOf(`https://h${host}.example/client`))
    expect(await problemOf()).toMatch(/^temporarily_unavailable/)
    expect(published.asked.length).toBe(limits.aMinute)
    clock.advance(60)
    expect(await problemOf()).toBe('none')
  })
})
