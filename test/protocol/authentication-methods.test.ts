import { expect, test } from 'vitest'
import {
  type AuthenticationContextClass,
  contextClassOf,
  meets,
  toldClassOf,
} from '../../src/protocol/authentication-methods.ts'

const SINGLE = 'urn:latchkey:acr:single-factor'
const MULTI = 'urn:latchkey:acr:multi-factor'

test.each<[string[], AuthenticationContextClass, AuthenticationContextClass[]]>([
  [[], SINGLE, [SINGLE]],
  [['pwd'], SINGLE, [SINGLE]],
  [['pwd', 'otp', 'mfa'], MULTI, [SINGLE, MULTI]],
  [['swk', 'user', 'mfa'], 'phr', [SINGLE, MULTI, 'phr']],
  // RFC 8176 §2: a key says nothing of a second factor. As another provider, or a login page of the operator's own, may say.
  [['hwk'], 'phr', [SINGLE, 'phr']],
])('%j amounts to %s, and is enough for %j', (methods, amounts, enough) => {
  expect(contextClassOf(methods)).toBe(amounts)
  for (const wanted of [SINGLE, MULTI, 'phr'] as const) {
    const demand = { contextClasses: [wanted], isEssential: true }
    expect(meets(methods, demand), wanted).toBe(enough.includes(wanted))
    // OIDC Core §3.1.2.1: whoever asked for a class is told it if it was reached.
    expect(toldClassOf(methods, [wanted])).toBe(enough.includes(wanted) ? wanted : amounts)
  }
})
