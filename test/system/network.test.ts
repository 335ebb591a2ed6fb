import { describe, expect, test } from 'vitest'
import { networkOf, withoutMapping } from '../../src/system/network.ts'

describe('addresses that count as one', () => {
  test('an IPv4 address counts by itself, also in the clothes of IPv6', () => {
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(networkOf('::FFFF:c000:207')).toBe('192.0.2.7')
  })

  test('RFC 6177 §2: IPv6 addresses count by their /64', () => {
    const network = networkOf('2001:db8:1:2:3:4:5:6')
    expect(network).toBe('2001:db8:1:2::/64')
    for (const same of ['2001:DB8:1:2::', '2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::9%eth0']) {
      expect(networkOf(same)).toBe(network)
    }
    expect(networkOf('2001:db8:1:3::1')).not.toBe(network)
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
    expect(networkOf('1::')).toBe('1:0:0:0::/64')
  })

  test('what is no address counts by itself', () => {
    expect(networkOf('unix socket')).toBe('unix socket')
  })
})

test.each([
  ['::ffff:10.0.0.2', '10.0.0.2'],
  ['10.0.0.2', '10.0.0.2'],
  ['2001:db8::2', '2001:db8::2'],
  ['::ffff:a00:2', '::ffff:a00:2'],
])('%s is written as %s where it may be copied into a setting', (address, written) => {
  expect(withoutMapping(address)).toBe(written)
})
