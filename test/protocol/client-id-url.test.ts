import { expect, test } from 'vitest'
import { parseClientId } from '../../src/protocol/identifiers.ts'

/* draft-ietf-oauth-client-id-metadata-document §3 */

test.each([
  'https://notes.example/client.json',
  'https://notes.example:8443/a/b',
  'https://notes.example/client?version=1',
  'https://notes.example/a%20b',
  'https://xn--bcher-kva.example/client',
  `https://notes.example/${'a'.repeat(233)}`,
])('draft §3: %s is a client ID', (text) => {
  expect(parseClientId(text)).toBe(text)
})

test.each([
  ['of another scheme', 'http://notes.example/client.json'],
  ['without a path', 'https://notes.example'],
  ['with no more of a path than it takes', 'https://notes.example/'],
  ['with a fragment', 'https://notes.example/client#a'],
  ['with an empty fragment', 'https://notes.example/client#'],
  ['with a user name', 'https://a@notes.example/client'],
  ['with a password', 'https://:b@notes.example/client'],
  ['with an empty user name', 'https://@notes.example/client'],
  ['with a dot segment', 'https://notes.example/a/../client'],
  ['with a single dot segment', 'https://notes.example/./client'],
  ['with a dot segment that is encoded', 'https://notes.example/a/%2e%2e/client'],
  ['with capitals in its host', 'https://Notes.example/client'],
  ['with capitals in its scheme', 'HTTPS://notes.example/client'],
  ['with the port that is understood', 'https://notes.example:443/client'],
  ['with a backslash', 'https://notes.example\\client'],
  ['with white space', ' https://notes.example/client'],
  ['with a line break', 'https://notes.example/cli\nent'],
  ['with characters that are not encoded', 'https://notes.example/clïent'],
  ['with a host that is not encoded', 'https://bücher.example/client'],
  ['without slashes', 'https:notes.example/client'],
  ['with an address in another form', 'https://0x7f.1/client'],
  ['that is longer than 255 characters', `https://notes.example/${'a'.repeat(234)}`],
  ['that is none', 'notes'],
  ['that is not text', ['https://notes.example/client.json']],
])('draft §3: one %s is no client ID', (_what, text) => {
  expect(parseClientId(text)).toBeUndefined()
})
