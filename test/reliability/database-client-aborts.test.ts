import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

/* A client that hangs up is no fault of ours, nor of the database: nobody is to be woken by it. */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Announces a body, sends a part of it, and goes. */
const hangUp = async (path: string): Promise<void> => {
  const { hostname, port } = new URL(app.issuer)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/x-www-form-urlencoded\r\n` +
      'content-length: 100\r\n\r\ngrant_type=',
  )
  // It must have begun to read.
  await new Promise((resolve) => setTimeout(resolve, 100))
  socket.resetAndDestroy()
}

for (const path of ['/oauth2/token', '/oauth2/introspect', '/oauth2/userinfo', '/sign-in']) {
  test(`an upload that is broken off at ${path} is refused without a word of an error`, async () => {
    const already = app.logLines.length
    await hangUp(path)
    // Nobody is there to be answered, so there is nothing to wait for.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const errors = app.logLines.slice(already).filter((line) => line.includes('"err"'))
    expect(errors).toEqual([])
  })
}
