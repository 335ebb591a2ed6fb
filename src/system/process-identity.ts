import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Which process it was, for one that comes later: an ID alone is soon somebody else's. */
export interface ProcessIdentity {
  readonly processId: number
  readonly host: string
  /** Processes of one space see each other; undefined where the system does not tell. */
  readonly space: string | undefined
  /** When it started, as the system counts; undefined where the system does not tell. */
  readonly started: string | undefined
}

export const thisProcess = async (): Promise<ProcessIdentity> => ({
  processId: process.pid,
  host: hostname(),
  space: await spaceOf(),
  started: await startOf(process.pid),
})

/** Whether one can see if the other runs. */
export const isSameSpace = (a: ProcessIdentity, b: ProcessIdentity): boolean =>
  a.space !== undefined && a.space === b.space && a.host === b.host

/** Of a process of the same space. */
export const isStillRunning = async ({ processId, started }: ProcessIdentity): Promise<boolean> => {
  try {
    process.kill(processId, 0)
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return started === undefined || started === (await startOf(processId))
}

/**
 * Of Linux: the boot and the namespace of process IDs. Each container has a namespace of its own, in which its first
 * process is number 1; the name of the host does not tell, since one may give two containers the same.
 */
const spaceOf = async (): Promise<string | undefined> => {
  if (process.platform !== 'linux') return process.platform
  try {
    return `${await bootId()} ${await readlink('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}

/** Of Linux: the boot, and the ticks from there to the start of the process (proc(5), field 22 of stat). */
const startOf = async (processId: number): Promise<string | undefined> => {
  try {
    const stat = await readFile(`/proc/${processId}/stat`, 'utf8')
    // The second field is a name in parentheses that may hold anything, spaces too.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${await bootId()} ${ticks}`
  } catch {
    return undefined
  }
}

const bootId = async (): Promise<string> => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
