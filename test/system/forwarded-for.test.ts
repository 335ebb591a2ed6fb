import { describe, expect, test } from 'vitest'
import { forwardedAddresses } from '../../src/system/forwarded-for.ts'

describe('X-Forwarded-For', () => {
  test.each([
    ['192.0.2.7', ['192.0.2.7']],
    ['192.0.2.7, 2001:db8::7,198.51.100.1', ['192.0.2.7', '2001:db8::7', '198.51.100.1']],
    ['192.0.2.7:50123', ['192.0.2.7']],
    ['[2001:db8::7]:50123, [2001:db8::8]', ['2001:db8::7', '2001:db8::8']],
    ['fe80::7%eth0', ['fe80::7%eth0']],
  ])('%j is of addresses, without the ports of connections', (header, addresses) => {
    expect(forwardedAddresses(header)).toEqual(addresses)
  })

  test.each([
    ['192.0.2.7, unknown, 198.51.100.1', ['198.51.100.1']],
    ['192.0.2.7, <script>', []],
    ['192.0.2.7:99:1, 198.51.100.1', ['198.51.100.1']],
    ['999.0.2.7', []],
    [':80', []],
    ['[192.0.2.7', []],
    ['', []],
    [`${'1'.repeat(20_000)}:`, []],
  ])('%#: nothing is believed that stands before what is no address', (header, addresses) => {
    expect(forwardedAddresses(header)).toEqual(addresses)
  })
})
