import { startMcpServer } from './mcp-server.ts'

const { url, close } = await startMcpServer({
  issuer: process.env['ISSUER'] || 'http://localhost:3000',
  port: Number(process.env['PORT'] || 4002),
})
console.log(`MCP server: ${url} (list exactly this as a resource in Latchkey)`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
