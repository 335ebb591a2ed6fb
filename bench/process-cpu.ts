import { readdir, readFile } from 'node:fs/promises'

const clockTicksPerSecond = 100

/** user + system time of one process, and of its children that have ended, in milliseconds. */
const processCpuMs = (stat: string): { parent: number; own: number; ended: number } => {
  // The command name may hold spaces and parentheses: count fields from its last closing one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (index: number): number => Number(fields[index])
  const ms = (ticks: number): number => (ticks * 1000) / clockTicksPerSecond
  return { parent: field(1), own: ms(field(11) + field(12)), ended: ms(field(13) + field(14)) }
}

const readStat = (pid: string): Promise<string | undefined> =>
  readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)

/** CPU milliseconds of a process and its children so far; undefined where there is no /proc. */
export const familyCpuMs = async (parent: number): Promise<number | undefined> => {
  const own = await readStat(String(parent))
  if (own === undefined) return undefined
  const { own: ownMs, ended } = processCpuMs(own)
  let total = ownMs + ended
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const stat of await Promise.all(pids.map(readStat))) {
    if (stat === undefined) continue
    const family = processCpuMs(stat)
    if (family.parent === parent) total += family.own
  }
  return total
}
