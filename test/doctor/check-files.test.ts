import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkFiles } from '../../src/doctor/check-files.ts'
import { permissionsOf } from '../../src/system/file-mode.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { levelsOf } from './levels.ts'

let directory: TemporaryDirectory
beforeAll(async () => {
  directory = await temporaryDirectory()
})
afterAll(() => directory.remove())

describe('a file with a secret', () => {
  test.each([
    [0o600, 'ok'],
    [0o640, 'ok'],
    [0o660, 'problem'],
    [0o644, 'problem'],
    [0o602, 'problem'],
  ])('that may be used by %o is %s', async (mode, level) => {
    const path = join(directory.path, 'secret')
    await writeFile(path, '')
    await chmod(path, mode)
    expect(
      levelsOf(checkFiles([{ path, isDirectory: false, permissions: await permissionsOf(path) }])),
    ).toEqual([level])
  })

  test('that is not there is open to nobody', async () => {
    const path = join(directory.path, 'nothing')
    expect(
      levelsOf(checkFiles([{ path, isDirectory: false, permissions: await permissionsOf(path) }])),
    ).toEqual(['ok'])
  })
})
