import { stat } from 'node:fs/promises'
import { hasCode } from './atomic-file.ts'

/** Who may do what with a file, as the last nine bits of its mode; undefined if it is not there, or nobody says. */
export const permissionsOf = async (path: string): Promise<number | undefined> => {
  // Windows has lists of its own, of which these bits tell nothing.
  if (process.platform === 'win32') return undefined
  try {
    return (await stat(path)).mode & 0o777
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EACCES')) return undefined
    throw error
  }
}
