import { createSocket } from 'node:dgram'
import { afterAll, describe, expect, test } from 'vitest'
import { createDnsLookup } from '../../src/system/dns.ts'

const string = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])

/** RFC 1035 §4.1.3: a TXT record of the name at offset 12, kept for no time. */
const record = (...strings: readonly string[]): Buffer => {
  const data = Buffer.concat(strings.map(string))
  const head = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0, data.length >> 8, data.length & 0xff])
  return Buffer.concat([head, data])
}

/** What the name server says: records and RFC 1035 §4.1.1's RCODE; nothing at all for names it does not list. */
const zone: Record<string, { readonly code: number; readonly records: readonly Buffer[] }> = {
  found: { code: 0, records: [record('v=spf1 -all'), record('a'.repeat(255), 'b')] },
  nodata: { code: 0, records: [] },
  nxdomain: { code: 3, records: [] },
  servfail: { code: 2, records: [] },
}

const server = createSocket('udp4')
server.on('message', (query, { port, address }) => {
  const answer = zone[query.toString('ascii', 13, 13 + (query[12] ?? 0))]
  if (!answer) return
  const endOfQuestion = query.indexOf(0, 12) + 5
  const head = Buffer.from(query.subarray(0, 12))
  head.writeUInt16BE(0x8180 | answer.code, 2)
  head.writeUInt16BE(answer.records.length, 6)
  head.writeUInt32BE(0, 8)
  server.send(Buffer.concat([head, query.subarray(12, endOfQuestion), ...answer.records]), port, address)
})
await new Promise<void>((resolve) => void server.bind(0, '127.0.0.1', resolve))
afterAll(() => void server.close())

const dns = createDnsLookup({ servers: [`127.0.0.1:${server.address().port}`], timeoutMilliseconds: 600 })

describe('looking up text records', () => {
  test('gives each in one piece', async () => {
    expect(await dns.textRecords('found.example')).toEqual(['v=spf1 -all', `${'a'.repeat(255)}b`])
  })

  test.each(['nodata', 'nxdomain'])('gives none where there are none (%s)', async (name) => {
    expect(await dns.textRecords(`${name}.example`)).toEqual([])
  })

  test.each(['servfail', 'silence'])('claims nothing when the server gives no answer (%s)', async (name) => {
    expect(await dns.textRecords(`${name}.example`)).toBeUndefined()
  })
})
