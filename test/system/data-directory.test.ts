import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DataDirectoryInUse, openDataDirectory } from '../../src/system/data-directory.ts'
import { systemRandom } from '../../src/system/random.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const directories: TemporaryDirectory[] = []
afterEach(() => {
  for (const { remove } of directories.splice(0)) remove()
})

const newPath = async (): Promise<string> => {
  const directory = await temporaryDirectory()
  directories.push(directory)
  return join(directory.path, 'data')
}

const holderOf = async (path: string) =>
  JSON.parse(await readFile(join(path, 'lock'), 'utf8')) as { processId: number; started?: string }

describe('the data directory', () => {
  test('keeps one secret for good, for its owner alone', async () => {
    const path = await newPath()
    const first = await openDataDirectory(path, systemRandom)
    await first.release()
    const second = await openDataDirectory(path, systemRandom)
    expect(second.secret).toBe(first.secret)
    expect(first.secret).toMatch(/^[\w-]{43}$/)
    expect((await stat(join(path, 'secret'))).mode & 0o077).toBe(0)
    await second.release()
  })

  test('is refused while another process that lives has it, and free when that is gone', async () => {
    const path = await newPath()
    await (await openDataDirectory(path, systemRandom)).release()
    const other = spawn('sleep', ['60'])
    await once(other, 'spawn')
    await writeFile(join(path, 'lock'), JSON.stringify({ processId: other.pid }))
    await expect(openDataDirectory(path, systemRandom)).rejects.toThrow(DataDirectoryInUse)
    await expect(openDataDirectory(path, systemRandom)).rejects.toThrow(
      `in use by process ${other.pid}; stop that first, or name another one by LATCHKEY_DATA_DIR`,
    )
    const gone = once(other, 'exit')
    other.kill('SIGKILL')
    await gone
    await (await openDataDirectory(path, systemRandom)).release()
  })

  test('is free when the process that had it was killed and its ID is somebody else’s by now', async () => {
    const path = await newPath()
    const held = await openDataDirectory(path, systemRandom)
    const holder = await holderOf(path)
    // Says when it started, wherever the system tells.
    expect(holder.started === undefined).toBe(process.platform !== 'linux')
    await held.release()
    const other = spawn('sleep', ['60'])
    await once(other, 'spawn')
    await writeFile(
      join(path, 'lock'),
      JSON.stringify({ processId: other.pid, started: 'another boot, other ticks' }),
    )
    await (await openDataDirectory(path, systemRandom)).release()
    other.kill('SIGKILL')
  })

  test('is free when a container restarts and this process has the ID of the one before', async () => {
    const path = await newPath()
    await (await openDataDirectory(path, systemRandom)).release()
    await writeFile(join(path, 'lock'), JSON.stringify({ processId: process.pid, started: 'before' }))
    await (await openDataDirectory(path, systemRandom)).release()
  })

  test('is free when a crash cut the lock off while it was written', async () => {
    const path = await newPath()
    await (await openDataDirectory(path, systemRandom)).release()
    await writeFile(join(path, 'lock'), '{"proc')
    await (await openDataDirectory(path, systemRandom)).release()
  })
})
