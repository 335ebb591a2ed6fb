import { expect, test } from 'vitest'
import { mailboxOf } from '../../src/users/mailbox.ts'

test.each([
  ['ada@example.com', 'ada@example.com'],
  ['ada+one@example.com', 'ada@example.com'],
  ['ada+one+two@example.com', 'ada@example.com'],
  ['a.da@example.com', 'a.da@example.com'],
  ['a.d.a+news@gmail.com', 'ada@gmail.com'],
  ['ada@googlemail.com', 'ada@gmail.com'],
  ['+ada@example.com', '+ada@example.com'],
  ['"a@b+c"@example.com', '"a@b@example.com'],
])('RFC 5233 §1: mail for %s is counted for %s', (address, mailbox) => {
  expect(mailboxOf(address)).toBe(mailbox)
})
