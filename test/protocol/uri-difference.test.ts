import { describe, expect, test } from 'vitest'
import { nearMiss } from '../../src/protocol/uri-difference.ts'

const REGISTERED = ['https://app.example/callback', 'http://localhost:3000/cb']

describe('RFC 6749 §3.1.2.3: what makes a redirect URI another one, for whoever looks for it', () => {
  test.each([
    ['https://app.example/callback/', ['a slash at the end too many']],
    ['http://app.example/callback', ['the scheme: http is not https']],
    ['https://app.example:8443/callback', ['the port: 8443 is not none']],
    ['https://app.example/Callback', ['upper and lower case in the path']],
    ['https://app.example/callback?next=%2F', ['the query, which has to be the same']],
    ['https://app.example/callback#top', ['the fragment, which no redirect URI has']],
    ['https://app.example/signed-in', ['the path']],
    ['https://www.app.example/callback', ['the host: www.app.example is not app.example']],
    ['https://other.example/callback', ['the host: other.example is not app.example']],
    ['https://APP.example/callback', ['how it is written: compare letter by letter']],
    [' https://app.example/callback ', ['white space around it']],
  ])('%j', (sent, differences) => {
    expect(nearMiss(sent, REGISTERED)).toEqual({ closest: REGISTERED[0], differences })
  })

  test.each([
    ['http://127.0.0.1:3000/cb', ['the host: 127.0.0.1 is not localhost, though both are this machine']],
    ['http://localhost:3001/cb', ['the port: 3001 is not 3000']],
    ['http://localhost:3000/cb/', ['a slash at the end too many']],
    [
      'http://127.0.0.1/cb',
      ['the host: 127.0.0.1 is not localhost, though both are this machine', 'the port: none is not 3000'],
    ],
  ])('%j', (sent, differences) => {
    expect(nearMiss(sent, REGISTERED)).toEqual({ closest: REGISTERED[1], differences })
  })

  test.each(['https://evil.example/', 'javascript:alert(1)', 'nothing like a URI', ''])(
    'nothing is said of %j, which is like none of them',
    (sent) => expect(nearMiss(sent, REGISTERED)).toBeUndefined(),
  )

  test('and nothing where nothing is registered', () => {
    expect(nearMiss('https://app.example/callback', [])).toBeUndefined()
  })
})
