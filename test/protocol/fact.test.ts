import { expect, test } from 'vitest'
import { found, loggableFacts, registered, sent } from '../../src/protocol/fact.ts'

test('the log has what is registered and found as it is, and of what came only what can be no secret', () => {
  const facts = [
    sent('client_id', 'client_01JA5Z8Q4M7XW2T9VBCDEFGHJK'),
    sent('redirect_uri', `https://app.example/callback/${'x'.repeat(43)}?code=${'x'.repeat(43)}#top`),
    registered('redirect_uris', ['https://app.example/callback']),
    found('differs in', 'the path'),
  ]
  expect(loggableFacts(facts)).toEqual({
    'sent client_id': ['client_01JA5Z8Q4M7XW2T9VBCDEFGHJK'],
    'sent redirect_uri': ['https://app.example/callback/(long)?(not logged)'],
    'registered redirect_uris': ['https://app.example/callback'],
    'found differs in': ['the path'],
  })
})

test.each([
  'sk_live_0123456789',
  'eyJhbGciOiJSUzI1NiJ9.e30.x',
  'https://user:pass@app.example/',
  'javascript:x',
  '',
])('what came as %j is not logged', (value) =>
  expect(loggableFacts([sent('client_id', value)])).toEqual({ 'sent client_id': ['(not logged)'] }),
)

test('what did not come is nothing', () => {
  expect(loggableFacts([sent('redirect_uri', undefined)])).toEqual({ 'sent redirect_uri': [] })
})
