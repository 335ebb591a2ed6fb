import { createHmac } from 'node:crypto'
import { WorkOS } from '@workos-inc/node'
import { describe, expect, test } from 'vitest'
import { webhookSignature } from '../../src/webhooks/signature.ts'

const { webhooks } = new WorkOS('sk_test')
const secret = 'whsec_test'
const event = {
  id: 'event_1',
  event: 'custom',
  data: { ü: '✓', nested: { a: [1, null] } },
  created_at: 'now',
}
const payload = JSON.stringify(event)

describe('the signature of a webhook', () => {
  test('is the time in milliseconds and an HMAC over it and the body', () => {
    const now = new Date(1_767_225_600_123)
    const hmac = createHmac('sha256', secret).update(`1767225600123.${payload}`).digest('hex')
    expect(webhookSignature(secret, payload, now)).toBe(`t=1767225600123, v1=${hmac}`)
  })

  test.each([
    ['text', payload],
    ['bytes', Buffer.from(payload)],
    ['a parsed object', JSON.parse(payload)],
  ])('the SDK accepts it for a body as %s', async (_form, body) => {
    const sigHeader = webhookSignature(secret, payload, new Date())
    await expect(webhooks.constructEvent({ payload: body, sigHeader, secret })).resolves.toMatchObject({
      id: 'event_1',
    })
  })

  test('the SDK refuses another body, another secret and an old one', async () => {
    const sigHeader = webhookSignature(secret, payload, new Date())
    const old = webhookSignature(secret, payload, new Date(Date.now() - 181_000))
    for (const options of [
      { payload: `${payload} `, sigHeader, secret },
      { payload, sigHeader, secret: 'whsec_other' },
      { payload, sigHeader: old, secret },
    ]) {
      await expect(webhooks.constructEvent(options)).rejects.toThrow()
    }
  })
})
