import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'

describe('the listener for operators', () => {
  const listener = (given: Record<string, string>) =>
    loadConfig({ LATCHKEY_MANAGEMENT_PORT: '4000', ...given }).managementListener

  test('is not there until it is given a port', () => {
    expect(loadConfig({}).managementListener).toBeUndefined()
  })

  test('is at the host of the issuer', () => {
    expect(listener({})).toEqual({ host: 'localhost', port: 4000, origin: 'http://localhost:4000' })
    expect(
      listener({
        LATCHKEY_ISSUER: 'https://id.example.com',
        LATCHKEY_MANAGEMENT_HOST: '10.0.0.1',
        LATCHKEY_MANAGEMENT_ORIGIN: 'https://id.example.com:8443',
      }),
    ).toEqual({ host: '10.0.0.1', port: 4000, origin: 'https://id.example.com:8443' })
  })

  test.each([
    ['https://admin.example.com', /the scheme and the host of the issuer/],
    ['http://id.example.com:8443', /the scheme and the host of the issuer/],
    ['https://id.example.com', /another address than the issuer/],
    ['https://id.example.com:8443/', /without path or trailing slash/],
  ])('is refused at %s', (origin, cure) => {
    const given = { LATCHKEY_ISSUER: 'https://id.example.com', LATCHKEY_MANAGEMENT_ORIGIN: origin }
    expect(() => listener(given)).toThrow(cure)
  })
})
