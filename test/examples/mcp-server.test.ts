import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SampleMcpServer, startMcpServer } from '../../examples/mcp-server/mcp-server.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { METADATA, register, registeredApplication, switchOn } from '../support/registration.ts'
import { obtainTokens, textOf } from '../support/relying-party.ts'

let app: TestApp
let server: SampleMcpServer
beforeAll(async () => {
  app = await startTestApp()
  await switchOn(app)
  server = await startMcpServer({ issuer: app.issuer, port: 0 })
  const resource = { uri: server.url }
  await (await app.management()).post('/user_management/authkit_oauth_resources', resource)
})
afterAll(async () => {
  await server.close()
  await app[Symbol.asyncDispose]()
})

const tokenFor = async (resource?: string): Promise<string> => {
  const application = await registeredApplication(app, await register(app, METADATA))
  const user = await app.fixtures.user()
  const parameters = { scope: 'openid', ...(resource !== undefined && { resource }) }
  return textOf(await obtainTokens(app, application, user, parameters), 'access_token')
}

const transportWith = (token: string) =>
  new StreamableHTTPClientTransport(new URL(server.url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  })

test('the sample MCP server serves whoever has a token for it', async () => {
  const client = new Client({ name: 'test', version: '1' })
  const transport = transportWith(await tokenFor(server.url))
  await client.connect(transport as Parameters<typeof client.connect>[0])
  const { content } = await client.callTool({ name: 'whoami', arguments: {} })
  expect(content).toEqual([
    { type: 'text', text: expect.stringMatching(/^You are user_\w+, by way of client_/) },
  ])
  await client.close()
})

test('RFC 9728 §5.1: whoever has none is told where to get one', async () => {
  const response = await fetch(server.url, { method: 'POST' })
  expect(response.status).toBe(401)
  const [, url = ''] =
    /resource_metadata="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '') ?? []
  expect(await (await fetch(url)).json()).toMatchObject({
    resource: server.url,
    authorization_servers: [app.issuer],
  })
})

test('RFC 8707 §1: a token for something else is none for it', async () => {
  const headers = { authorization: `Bearer ${await tokenFor()}` }
  const response = await fetch(server.url, { method: 'POST', headers })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
})
