import { createSocket } from 'node:dgram'
import { afterAll, describe, expect, test } from 'vitest'
import { createAddressLookup, createDnsLookup } from '../../src/system/dns.ts'

const string = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])

/** RFC 1035 §4.1.3: a TXT record of the name at offset 12, kept for no time. */
const record = (...strings: readonly string[]): Buffer => {
  const data = Buffer.concat(strings.map(string))
  const head = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0, data.length >> 8, data.length & 0xff])
  return Buffer.concat([head, data])
}

const A = 1
const AAAA = 28

/** An address as a record of the name at offset 12. */
const address = (type: number, ...octets: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, octets.length]), Buffer.from(octets)])

/** The same for addresses, of each type. */
const hosts: Record<
  string,
  Record<number, { readonly code: number; readonly records: readonly Buffer[] }>
> = {
  dual: {
    [A]: { code: 0, records: [address(A, 192, 0, 2, 1), address(A, 192, 0, 2, 2)] },
    [AAAA]: { code: 0, records: [address(AAAA, 0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1)] },
  },
  old: { [A]: { code: 0, records: [address(A, 192, 0, 2, 1)] }, [AAAA]: { code: 0, records: [] } },
  'half-silent': { [A]: { code: 0, records: [address(A, 192, 0, 2, 1)] } },
  nowhere: { [A]: { code: 3, records: [] }, [AAAA]: { code: 3, records: [] } },
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
  const name = query.toString('ascii', 13, 13 + (query[12] ?? 0))
  const endOfQuestion = query.indexOf(0, 12) + 5
  const answer = hosts[name]?.[query.readUInt16BE(endOfQuestion - 4)] ?? zone[name]
  if (!answer) return
  const head = Buffer.from(query.subarray(0, 12))
  head.writeUInt16BE(0x8180 | answer.code, 2)
  head.writeUInt16BE(answer.records.length, 6)
  head.writeUInt32BE(0, 8)
  server.send(Buffer.concat([head, query.subarray(12, endOfQuestion), ...answer.records]), port, address)
})
await new Promise<void>((resolve) => void server.bind(0, '127.0.0.1', resolve))
afterAll(() => void server.close())

const options = { servers: [`127.0.0.1:${server.address().port}`], timeoutMilliseconds: 600 }
const dns = createDnsLookup(options)
const addressesOf = createAddressLookup(options)

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

describe('looking up addresses', () => {
  test('gives those of both families', async () => {
    expect(await addressesOf('dual.example')).toEqual([
      { address: '192.0.2.1', family: 4 },
      { address: '192.0.2.2', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ])
  })

  test.each(['old', 'half-silent'])('is content with those of one family (%s)', async (name) => {
    expect(await addressesOf(`${name}.example`)).toEqual([{ address: '192.0.2.1', family: 4 }])
  })

  test.each(['nowhere', 'servfail', 'silence'])('fails where there are none (%s)', async (name) => {
    await expect(addressesOf(`${name}.example`)).rejects.toThrow()
  })

  test('does not wait for the names that a silent server is asked for', async () => {
    let ended = 0
    const silent = Array.from({ length: 20 }, (_, index) =>
      addressesOf(`silence${index}.example`)
        .catch(() => undefined)
        .finally(() => {
          ended += 1
        }),
    )
    expect(await addressesOf('old.example')).toHaveLength(1)
    expect(ended).toBe(0)
    await Promise.all(silent)
  })
})
