import { type Finding, findingsOn, orFine } from './finding.ts'

const { ok, problem } = findingsOn('files')

/** What only the user of the server is to read. */
export interface PrivateFile {
  readonly path: string
  readonly isDirectory: boolean
  /** The last nine bits of its mode; undefined if it is not there. */
  readonly permissions: number | undefined
}

const OTHERS = 0o007
const GROUP_WRITES = 0o020

/** A group that reads is somebody's decision, such as that of a deployment that hands out certificates. */
export const checkFiles = (files: readonly PrivateFile[]): readonly Finding[] => {
  const there = files.filter(({ permissions }) => permissions !== undefined)
  const open = there.filter(({ permissions = 0 }) => (permissions & (OTHERS | GROUP_WRITES)) !== 0)
  return orFine(
    open.map(({ path, isDirectory, permissions = 0 }) =>
      problem(
        `Others on this machine may use ${path} (${permissions.toString(8)}).`,
        `Take that from them: chmod ${isDirectory ? '700' : '600'} ${path}`,
      ),
    ),
    ok(
      there.length === 0
        ? 'No secret of the server is in a file.'
        : 'Nobody else on this machine may read the files with secrets.',
    ),
  )
}
