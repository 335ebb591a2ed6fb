import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import {
  DamagedSecret,
  DataDirectoryInUse,
  makeCopyDirectory,
  NoStore,
  openDataDirectory,
  openLeavingDirectory,
  PromotedStore,
  UnfitDirectory,
} from '../../src/system/data-directory.ts'
import { systemRandom } from '../../src/system/random.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const directories: TemporaryDirectory[] = []
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const { remove } of directories.splice(0)) remove()
})

const newPath = async (): Promise<string> => {
  const directory = await temporaryDirectory()
  directories.push(directory)
  return join(directory.path, 'data')
}

interface Holder {
  readonly processId: number
  readonly host: string
  readonly started?: string
}

const holderOf = async (path: string): Promise<Holder> =>
  JSON.parse(await readFile(join(path, 'lock'), 'utf8')) as Holder

/** Writes a lock such as this process would, but for what is given. */
const writeLock = async (path: string, changed: object | string): Promise<void> => {
  const held = await openDataDirectory(path, systemRandom)
  const holder = await holderOf(path)
  await held.release()
  const text = typeof changed === 'string' ? changed : JSON.stringify({ ...holder, ...changed })
  await writeFile(join(path, 'lock'), text)
}

const sleeper = async (): Promise<ChildProcess & { readonly pid: number }> => {
  const child = spawn('sleep', ['60'])
  children.push(child)
  await once(child, 'spawn')
  return child as ChildProcess & { readonly pid: number }
}

const ended = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

const opening = (path: string) => openDataDirectory(path, systemRandom)
const isFree = async (path: string): Promise<void> => (await opening(path)).release()

describe('the secret of a data directory', () => {
  test('is kept for good, for its owner alone', async () => {
    const path = await newPath()
    const first = await opening(path)
    await first.release()
    const second = await opening(path)
    expect(second.secret).toBe(first.secret)
    expect(first.secret).toMatch(/^[\w-]{43}$/)
    expect((await stat(join(path, 'secret'))).mode & 0o077).toBe(0)
    await second.release()
  })

  test.each([
    ['cut off by a crash before it was written', ''],
    ['cut off in the middle', 'x'.repeat(20)],
    ['blank', '\n'],
    ['something else', `${'x'.repeat(42)}!`],
    ['longer', 'x'.repeat(44)],
  ])('is refused when it is %s, with the cure, and the directory is free again', async (_, content) => {
    const path = await newPath()
    await mkdir(path)
    await writeFile(join(path, 'secret'), content)
    await expect(opening(path)).rejects.toThrow(DamagedSecret)
    await expect(opening(path)).rejects.toThrow(/secret is damaged.* Restore it from a backup\. If there is/)
    expect(await readFile(join(path, 'secret'), 'utf8')).toBe(content)
    expect(await readdir(path)).toEqual(['secret'])
  })

  test('may have been restored by an editor that ends lines', async () => {
    const path = await newPath()
    await mkdir(path)
    await writeFile(join(path, 'secret'), `${'x'.repeat(43)}\n`)
    const opened = await opening(path)
    expect(opened.secret).toBe('x'.repeat(43))
    await opened.release()
  })
})

describe('a data directory', () => {
  test('is left without a trace of the lock', async () => {
    const path = await newPath()
    await isFree(path)
    expect(await readdir(path)).toEqual(['secret'])
  })

  test('is refused to the process that has it already', async () => {
    const path = await newPath()
    const held = await opening(path)
    await expect(opening(path)).rejects.toThrow(`in use by process ${process.pid}`)
    await held.release()
    await isFree(path)
  })

  test('is refused while another process that lives has it, and free when that is gone', async () => {
    const path = await newPath()
    const other = await sleeper()
    await writeLock(path, { processId: other.pid, started: undefined })
    await expect(opening(path)).rejects.toThrow(DataDirectoryInUse)
    await expect(opening(path)).rejects.toThrow(
      `in use by process ${other.pid}; stop that first, or name another one by LATCHKEY_DATA_DIR`,
    )
    await ended(other)
    await isFree(path)
  })

  test('says who has it, and since when wherever the system tells', async () => {
    const path = await newPath()
    const held = await opening(path)
    const holder = await holderOf(path)
    expect(holder).toMatchObject({ processId: process.pid, host: hostname() })
    expect(holder.started === undefined).toBe(process.platform !== 'linux')
    await held.release()
  })

  test('is free when the process that had it was killed and its ID is somebody else’s by now', async () => {
    const path = await newPath()
    const other = await sleeper()
    await writeLock(path, { processId: other.pid, started: 'other ticks' })
    await isFree(path)
  })

  test('is free when this process has the ID of the one before', async () => {
    const path = await newPath()
    await writeLock(path, { started: 'before' })
    await isFree(path)
  })

  test.each([
    ['of another container, whose processes have the same IDs', { space: 'another' }],
    ['of a container that was given the same name', { space: 'another', host: hostname() }],
    ['of another machine', { host: 'elsewhere' }],
    ['of a system that does not tell', { space: undefined }],
  ])('is refused when it is that %s, until a minute without a sign of life', async (_, changed) => {
    const path = await newPath()
    await writeLock(path, changed)
    await expect(opening(path)).rejects.toThrow(DataDirectoryInUse)
    await utimes(join(path, 'lock'), new Date(), new Date(Date.now() - 50_000))
    await expect(opening(path)).rejects.toThrow(
      /in use by process \d+ of \S+, another machine .*If that was killed, try again in (?:[6-9]|1[01]) seconds\.$/,
    )
    await utimes(join(path, 'lock'), new Date(), new Date(Date.now() - 61_000))
    await isFree(path)
  })

  test('is refused while the lock cannot be read, until a minute has passed', async () => {
    for (const text of ['', '{"proc', '{}', 'null', '[]']) {
      const path = await newPath()
      await writeLock(path, text)
      await expect(opening(path)).rejects.toThrow('in use by somebody whose lock cannot be read')
      await utimes(join(path, 'lock'), new Date(), new Date(Date.now() - 61_000))
      await isFree(path)
    }
  })

  test('is not taken from somebody else when it is released', async () => {
    const path = await newPath()
    const held = await opening(path)
    const other = JSON.stringify({ ...(await holderOf(path)), token: 'of somebody else' })
    await writeFile(join(path, 'lock'), other)
    await held.release()
    expect(await readFile(join(path, 'lock'), 'utf8')).toBe(other)
  })
})

describe('a store that leaves its directory', () => {
  test('has a name that stays, and a mark that keeps all others out', async () => {
    const path = await newPath()
    const { release, store, secret } = await openDataDirectory(path, systemRandom)
    await mkdir(store)
    await release()
    const leaving = await openLeavingDirectory(path, systemRandom)
    expect(leaving).toMatchObject({ store, secret, promotedTo: undefined })
    await expect(openDataDirectory(path, systemRandom)).rejects.toThrow(DataDirectoryInUse)
    await leaving.markPromoted('db.example.com/latchkey')
    await leaving.release()
    const opening = openDataDirectory(path, systemRandom)
    await expect(opening).rejects.toThrow(PromotedStore)
    await expect(opening).rejects.toThrow('was moved to db.example.com/latchkey')
    const again = await openLeavingDirectory(path, systemRandom)
    expect(again).toMatchObject({ id: leaving.id, promotedTo: 'db.example.com/latchkey' })
    await again.release()
  })

  test('is not made where there is none', async () => {
    const path = await newPath()
    await expect(openLeavingDirectory(path, systemRandom)).rejects.toThrow(NoStore)
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })

  test('is copied to a directory of its own, which holds no secret', async () => {
    const path = join(await newPath(), 'copy')
    const { release } = await makeCopyDirectory(path, systemRandom)
    await release()
    expect(await readdir(path)).toEqual([])
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    await expect(makeCopyDirectory(path, systemRandom)).rejects.toThrow(UnfitDirectory)
    await writeFile(join(path, 'file'), '')
    await expect(makeCopyDirectory(join(path, 'file'), systemRandom)).rejects.toThrow(UnfitDirectory)
  })
})
