import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import {
  type Caller,
  createAccessTokenVerifier,
  InvalidToken,
} from '../protected-api/access-token-verifier.ts'

/*
 * A sample MCP server. It takes access tokens that were made for it and for nobody else: `aud` is its own address, which
 * clients ask for as the resource (RFC 8707). Whoever comes without one is told where to get it (RFC 9728).
 */

export interface McpServerOptions {
  readonly issuer: string
  /** 0 for any free one. */
  readonly port: number
}

export interface SampleMcpServer {
  /** Its address, which is its name as a resource: listed in Latchkey byte for byte. */
  readonly url: string
  close(): Promise<void>
}

const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp'

export const startMcpServer = async ({ issuer, port }: McpServerOptions): Promise<SampleMcpServer> => {
  const http = createServer()
  await new Promise<void>((listening) => http.listen(port, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const url = `${origin}/mcp`
  const verify = createAccessTokenVerifier({ issuer, audience: url })

  /** RFC 9728 §5.1: what a client needs to find the server that gives tokens. */
  const refuse = (response: ServerResponse, error: string): void => {
    const challenge = `Bearer ${error}resource_metadata="${origin}${METADATA_PATH}"`
    response.writeHead(401, { 'www-authenticate': challenge }).end()
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', origin)
    if (pathname === METADATA_PATH) {
      // RFC 9728 §2
      const metadata = {
        resource: url,
        authorization_servers: [issuer],
        bearer_methods_supported: ['header'],
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata))
      return
    }
    if (pathname !== '/mcp') {
      response.writeHead(404).end()
      return
    }
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (token === undefined) {
      refuse(response, '')
      return
    }
    let caller: Caller
    try {
      caller = await verify(token)
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error
      refuse(response, 'error="invalid_token", ')
      return
    }
    // A server for each request: nothing is kept between them.
    const server = toolsFor(caller)
    const transport = new StreamableHTTPServerTransport({})
    response.on('close', () => void server.close())
    // The SDK's own class, as its types have it without exactOptionalPropertyTypes.
    await server.connect(transport as Parameters<typeof server.connect>[0])
    await transport.handleRequest(request, response)
  }

  http.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  return {
    url,
    close: async () => {
      http.closeAllConnections()
      await new Promise((closed) => http.close(closed))
    },
  }
}

/** What this server can do, for somebody who is known. */
const toolsFor = ({ subject, clientId }: Caller): McpServer => {
  const server = new McpServer({ name: 'latchkey-sample', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Says who you are, and by which application.' }, () => ({
    content: [{ type: 'text', text: `You are ${subject}, by way of ${clientId}.` }],
  }))
  return server
}
