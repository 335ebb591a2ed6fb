import { type Finding, findingsOn } from './finding.ts'

const { ok, warning, problem } = findingsOn('clock')

/** Of two nodes, one signs what the other finds not yet valid; assertions and proofs of clients are dated, too. */
const NOTICEABLE_SECONDS = 3
const HARMFUL_SECONDS = 30

/** @param measured what the other clock is ahead of this one, and by how much that may be wrong. */
export const checkClock = (
  whose: string,
  { aheadSeconds, uncertainSeconds }: { readonly aheadSeconds: number; readonly uncertainSeconds: number },
): Finding => {
  const apart = Math.max(0, Math.abs(aheadSeconds) - uncertainSeconds)
  if (apart <= NOTICEABLE_SECONDS) return ok(`The clock of ${whose} agrees with that of this machine.`)
  const says = `The clock of ${whose} is ${Math.round(Math.abs(aheadSeconds))} seconds ${
    aheadSeconds > 0 ? 'ahead of' : 'behind'
  } that of this machine.`
  const cure = 'Have both kept by NTP (chrony, systemd-timesyncd).'
  return apart > HARMFUL_SECONDS ? problem(says, cure) : warning(says, cure)
}
