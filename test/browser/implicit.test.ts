import { describe, expect, test } from 'vitest'
import { fragmentOf, implicitly, implicitUrl, switchImplicit } from '../support/implicit.ts'
import { openStage, signIn } from './support/stage.ts'

const stage = await openStage()
const portal = await stage.application({ name: 'Portal' })
const user = await stage.app.fixtures.user()
await switchImplicit(stage.app)
// It is on this machine, where a native application may get tokens.
await implicitly(stage.app, portal.application, { application_type: 'native' })

describe('OIDC Core §3.2: the implicit flow in a browser', () => {
  test('OIDC Core §3.2.2.5: after a page, the tokens arrive at the page of the application and not at its server', async () => {
    const { page } = await stage.person()
    await page.goto(implicitUrl(stage.app, portal.application, { scope: 'openid email' }))
    await signIn(page, user)
    await page.waitForURL(`${portal.origin}/callback**`)
    const { access_token: accessToken = '', ...others } = fragmentOf(new URL(page.url()))
    expect(others).toMatchObject({ id_token: expect.any(String), state: 's', iss: stage.app.issuer })
    expect([...(portal.answers.at(-1)?.keys() ?? [])]).toEqual([])
    // OIDC Core §5.3: from the page itself.
    const email = await page.evaluate(
      async ({ url, authorization }) => {
        const answer = await fetch(url, { headers: { authorization } })
        return ((await answer.json()) as { email: string }).email
      },
      { url: `${stage.app.issuer}/oauth2/userinfo`, authorization: `Bearer ${accessToken}` },
    )
    expect(email).toBe(user.email)
    // Its server, which waits for a code, is not told of any answer.
    stage.takeComplaints()
  })

  test('OIDC Core §3.2.2.6: so does an error', async () => {
    const { page } = await stage.person()
    await page.goto(implicitUrl(stage.app, portal.application, { prompt: 'none' }))
    expect(fragmentOf(new URL(page.url()))).toMatchObject({ error: 'login_required', state: 's' })
    stage.takeComplaints()
  })
})
