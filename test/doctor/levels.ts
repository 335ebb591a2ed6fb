import type { Finding } from '../../src/doctor/finding.ts'

/** Whoever is told that something is amiss is told what to do; the rest has nothing to be done about. */
export const levelsOf = (findings: readonly Finding[]): string[] => {
  for (const { level, says, cure } of findings) {
    if ((level === 'ok') !== (cure === undefined))
      throw new Error(`${level}, but the cure is ${cure}: ${says}`)
  }
  return findings.map(({ level }) => level)
}
