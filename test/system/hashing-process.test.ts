import { execFileSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { hashingProcess } from '../../src/system/hashing-process.ts'
import { markImported } from '../../src/system/imported-password-hash.ts'
import { PasswordHashingBusy } from '../../src/system/password-hash.ts'

const begun = () => {
  const hashing = hashingProcess()
  onTestFinished(hashing.end)
  return hashing
}

/** Niceness by process ID. */
const children = (): Map<number, number> =>
  new Map(
    execFileSync('ps', ['-A', '-o', 'pid=,ppid=,nice=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('hashing-main'))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent]) => Number(parent) === process.pid)
      .map(([child, , nice]) => [Number(child), Number(nice)]),
  )

test('passwords are hashed and verified by a process that gets less of the processor', async () => {
  const hashing = begun()
  const hash = await hashing.hash('correct horse battery staple')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/)
  expect(await hashing.verify(hash, ['wrong', 'correct horse battery staple'])).toBe(true)
  expect(await hashing.verify(hash, ['wrong'])).toBe(false)
  expect(await hashing.pretend('anything')).toBeUndefined()
  expect(hashing.needsRehash(hash)).toBe(false)
  const own = Number(execFileSync('ps', ['-o', 'nice=', '-p', String(process.pid)], { encoding: 'utf8' }))
  expect(Math.max(...children().values())).toBe(Math.min(19, own + 10))
})

test('hashes of other systems are verified there as well, and wanted anew', async () => {
  const hashing = begun()
  const bcrypt = markImported('bcrypt', '$2b$04$yCd8L1bXkFhE2G9pZ1y6TOMMEPbN4t1yDBOuHz6sDJVvOx4vLtEc6') ?? ''
  expect(await hashing.verify(bcrypt, ['not it'])).toBe(false)
  expect(hashing.needsRehash(bcrypt)).toBe(true)
})

test('who waits for a process that ends is told, and the next has another', async () => {
  const hashing = begun()
  await hashing.hash('warm')
  const before = new Set(children().keys())
  const waiting = hashing.hash('a password')
  for (const pid of before) process.kill(pid, 'SIGKILL')
  // Whoever waited for it is to come again, as with too many of them: nothing is wrong with what they sent.
  await expect(waiting).rejects.toThrow(PasswordHashingBusy)
  expect(await hashing.hash('another')).toMatch(/^\$argon2id/)
})

test('signals that everybody gets leave it at work; it ends with the server', async () => {
  const hashing = hashingProcess()
  await hashing.hash('warm')
  const own = [...children().keys()]
  for (const pid of own)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal)
  expect(await hashing.hash('still there')).toMatch(/^\$argon2id/)
  expect([...children().keys()]).toEqual(own)
  hashing.end()
  await expect.poll(() => [...children().keys()]).toEqual([])
})
