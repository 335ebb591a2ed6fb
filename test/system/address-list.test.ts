import { expect, test } from 'vitest'
import { createAddressList } from '../../src/system/address-list.ts'

const isListed = createAddressList(['10.0.0.0/8', '192.0.2.7', '::1', '2001:db8::/32'])

test.each(['10.0.0.1', '10.255.255.255', '::ffff:10.1.2.3', '192.0.2.7', '::1', '2001:db8::7'])(
  '%s is listed',
  (address) => expect(isListed(address)).toBe(true),
)

test.each(['11.0.0.1', '192.0.2.8', '::2', '2001:db9::', '::ffff:11.0.0.1', '', 'x', '10.0.0.1, 1.1.1.1'])(
  '%j is not',
  (address) => expect(isListed(address)).toBe(false),
)

test('a connection without an address is nobody, and so is everybody where none is listed', () => {
  expect(isListed(undefined)).toBe(false)
  expect(createAddressList([])('127.0.0.1')).toBe(false)
})
