import { addSeconds, type Clock } from '../../src/system/clock.ts'

/** A clock that stands where the test puts it, beginning with the time of day. */
export interface SettableClock extends Clock {
  advance(seconds: number): void
}

export const settableClock = (): SettableClock => {
  let aheadSeconds = 0
  return {
    now: () => addSeconds(new Date(), aheadSeconds),
    advance: (seconds) => {
      aheadSeconds += seconds
    },
  }
}
