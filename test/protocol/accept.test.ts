import { expect, test } from 'vitest'
import { prefersOverJson } from '../../src/protocol/accept.ts'

const SIGNED = 'application/token-introspection+jwt'

test.each([
  [undefined, false],
  ['', false],
  [SIGNED, true],
  [SIGNED.toUpperCase(), true],
  [`text/html, ${SIGNED}`, true],
  [`${SIGNED};q=0`, false],
  [`${SIGNED};q=0.0`, false],
  [`${SIGNED};q=0.5`, true],
  [`${SIGNED}, application/json`, true],
  [`${SIGNED};q=0.5, application/json`, false],
  [`${SIGNED}; q=0.9, application/json; Q=0.8`, true],
  [`${SIGNED};q=nonsense`, true],
  ['*/*', false],
  ['application/*', false],
  ['application/json', false],
  ['application/jwt', false],
  [`${SIGNED}x`, false],
  [',;,;=;q', false],
] as const)('RFC 9110 §12.5.1: Accept %j asks for the signed answer: %s', (accept, expected) => {
  expect(prefersOverJson(accept, SIGNED)).toBe(expected)
})
