import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { authorize, expectRefusal, issuingNothing, newPkce, redeem } from '../support/relying-party.ts'

let app: TestApp
let user: TestUser
let confidential: TestApplication
let native: TestApplication
let browser: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  confidential = await app.fixtures.firstParty()
  native = await app.fixtures.firstParty({ isPublic: true })
  browser = createBrowser(app.issuer)
  await authorize(app, confidential, user, {}, browser)
})
afterAll(() => app[Symbol.asyncDispose]())

const codeWith = async (application: TestApplication, challenge: string): Promise<string> => {
  const parameters = { code_challenge: challenge, code_challenge_method: 'S256' }
  return (await authorize(app, application, user, parameters, browser)).get('code') ?? ''
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

describe('RFC 7636 §4.6: the verifier is checked before the code is used up', () => {
  for (const kind of ['public', 'confidential'] as const) {
    test.each([
      ['another verifier', () => newPkce().verifier],
      ['no verifier', () => undefined],
      ['an empty verifier', () => ''],
      ['the challenge in place of the verifier', (challenge: string) => challenge],
    ])(
      `RFC 7636 §4.6: %s from a ${kind} client is refused and does not use the code up`,
      async (_what, wrong) => {
        const application = kind === 'public' ? native : confidential
        const { verifier, challenge } = newPkce()
        const code = await codeWith(application, challenge)
        const refused = await issuingNothing(app, () =>
          redeem(app, application, code, { code_verifier: wrong(challenge) }),
        )
        expectRefusal(refused, 400, 'invalid_grant')
        expect((await redeem(app, application, code, { code_verifier: verifier })).status).toBe(200)
      },
    )
  }

  test('RFC 9700 §2.1.1: a verifier for a code without challenge is refused and does not use the code up', async () => {
    const code = (await authorize(app, confidential, user, {}, browser)).get('code') ?? ''
    const refused = await issuingNothing(app, () =>
      redeem(app, confidential, code, { code_verifier: newPkce().verifier }),
    )
    expectRefusal(refused, 400, 'invalid_grant')
    expect((await redeem(app, confidential, code)).status).toBe(200)
  })

  test('RFC 7636 §4.6: a stranger with a used code but without its verifier cannot have the tokens revoked', async () => {
    const { verifier, challenge } = newPkce()
    const code = await codeWith(native, challenge)
    expect((await redeem(app, native, code, { code_verifier: verifier })).status).toBe(200)
    const refused = await issuingNothing(app, () =>
      redeem(app, native, code, { code_verifier: newPkce().verifier }),
    )
    expectRefusal(refused, 400, 'invalid_grant')
  })
})

describe('RFC 7636 §4.1: 43 to 128 unreserved characters', () => {
  test.each([
    ['43 characters', 'a'.repeat(43)],
    ['128 characters', 'Z'.repeat(128)],
    ['every unreserved mark', `${'0'.repeat(40)}-._~`],
  ])('RFC 7636 §4.1: a verifier of %s is taken', async (_what, verifier) => {
    const code = await codeWith(native, challengeOf(verifier))
    expect((await redeem(app, native, code, { code_verifier: verifier })).status).toBe(200)
  })

  test.each([
    ['42 characters', 'a'.repeat(42)],
    ['129 characters', 'a'.repeat(129)],
    ['a space', `${'a'.repeat(43)} `],
    ['a reserved character', `${'a'.repeat(43)}+`],
    ['a letter that is not ASCII', `${'a'.repeat(43)}é`],
  ])('RFC 7636 §4.1: a verifier of %s is refused even if its hash fits', async (_what, verifier) => {
    const code = await codeWith(native, challengeOf(verifier))
    const refused = await issuingNothing(app, () => redeem(app, native, code, { code_verifier: verifier }))
    expectRefusal(refused, 400, 'invalid_grant')
  })
})
