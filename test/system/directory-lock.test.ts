import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DataDirectoryInUse, DataDirectoryLost, lockDirectory } from '../../src/system/directory-lock.ts'
import { sha256 } from '../../src/system/hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let directory: TemporaryDirectory
const children: ChildProcess[] = []
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  directory.remove()
})

const lockPath = () => join(directory.path, 'lock')
const touch = (secondsAgo: number, path = lockPath()) =>
  utimes(path, new Date(), new Date(Date.now() - secondsAgo * 1000))

/** A lock of this process, and what it does when it is lost. */
const locked = async (beatMilliseconds: number) => {
  const lost: Error[] = []
  const onLost = (error: Error) => lost.push(error)
  return { ...(await lockDirectory(directory.path, systemRandom, { beatMilliseconds, onLost })), lost }
}

describe('a sign of life', () => {
  test('is given again and again, and leaves the text as it is', async () => {
    const lock = await locked(10)
    const text = await readFile(lockPath(), 'utf8')
    for (let beat = 0; beat < 3; beat++) {
      await touch(1000)
      await expect.poll(async () => Date.now() - (await stat(lockPath())).mtimeMs).toBeLessThan(500_000)
    }
    expect(await readFile(lockPath(), 'utf8')).toBe(text)
    await lock.release()
    expect(lock.lost).toEqual([])
  })

  test('shows a process that stood still that somebody else has the directory', async () => {
    const lock = await locked(10)
    await writeFile(`${lockPath()}.other`, 'of somebody else')
    await rename(`${lockPath()}.other`, lockPath())
    await expect.poll(() => lock.lost).toEqual([expect.any(DataDirectoryLost)])
    await lock.release()
    expect(await readFile(lockPath(), 'utf8')).toBe('of somebody else')
    expect(lock.lost).toHaveLength(1)
  })

  test('shows that the directory was removed', async () => {
    const lock = await locked(10)
    await rm(directory.path, { recursive: true })
    await expect.poll(() => lock.lost).toHaveLength(1)
    await lock.release()
  })

  test('is not given for a lock that was released', async () => {
    const lock = await locked(5)
    await lock.release()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await readdir(directory.path)).toEqual([])
    expect(lock.lost).toEqual([])
  })
})

describe('taking over', () => {
  const gone = '{"processId":1,"host":"elsewhere","token":"a"}'
  const successor = (text: string) => `${lockPath()}.${sha256(text)}`

  test('goes on where somebody crashed in the middle of it', async () => {
    const heir = '{"processId":2,"host":"elsewhere","token":"b"}'
    await writeFile(lockPath(), gone)
    await touch(100)
    await writeFile(successor(gone), heir)
    // The heir may be about to finish.
    await expect(locked(1000)).rejects.toThrow('in use by process 2 of elsewhere')
    await touch(100, successor(gone))
    const lock = await locked(1000)
    expect(await readdir(directory.path)).toEqual(['lock'])
    await lock.release()
    expect(await readdir(directory.path)).toEqual([])
  })

  test('by somebody else leaves nothing to release', async () => {
    const lock = await locked(1000)
    const text = await readFile(lockPath(), 'utf8')
    await writeFile(successor(text), gone)
    await lock.release()
    expect((await readdir(directory.path)).sort()).toEqual(['lock', `lock.${sha256(text)}`])
  })

  test('does not happen while its process can be seen to run', async () => {
    const lock = await locked(1000)
    await touch(1000)
    // However long it has been silent.
    await expect(locked(1000)).rejects.toThrow(DataDirectoryInUse)
    await lock.release()
  })
})

describe('of ten processes that start at once', { timeout: 60_000 }, () => {
  const module = new URL('../../src/system/directory-lock.ts', import.meta.url).href
  const random = new URL('../../src/system/random.ts', import.meta.url).href
  const program = `
    import { createInterface } from 'node:readline'
    import { lockDirectory } from ${JSON.stringify(module)}
    import { systemRandom } from ${JSON.stringify(random)}
    console.log('ready')
    for await (const path of createInterface(process.stdin)) {
      try {
        await lockDirectory(path, systemRandom)
        console.log('won')
      } catch (error) {
        console.log(error.name)
      }
    }`

  const start = async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const say = async () => (await lines.next()).value as string | undefined
    expect(await say()).toBe('ready')
    return {
      child,
      open: (path: string) => {
        child.stdin.write(`${path}\n`)
        return say()
      },
    }
  }

  /** What a process leaves behind that was killed. */
  const crashed = async (path: string): Promise<void> => {
    const { child, open } = await start()
    expect(await open(path)).toBe('won')
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }

  test.each([
    ['nobody had it', async () => {}],
    ['a process that had it was killed', crashed],
    [
      'another machine that had it has been silent',
      async (path: string) => {
        await writeFile(join(path, 'lock'), '{"processId":1,"host":"elsewhere","token":"a"}')
        await touch(100, join(path, 'lock'))
      },
    ],
  ])('exactly one has the directory: %s', async (_, prepare) => {
    const processes = await Promise.all(Array.from({ length: 10 }, start))
    for (let round = 0; round < 5; round++) {
      const path = join(directory.path, String(round))
      await mkdir(path)
      await prepare(path)
      const outcomes = await Promise.all(processes.map(({ open }) => open(path)))
      expect(outcomes.sort()).toEqual([...Array(9).fill('DataDirectoryInUse'), 'won'])
      expect(await readdir(path)).toEqual(['lock'])
    }
  })
})
