import { setTimeout as setTimeoutPromise } from 'node:timers/promises'

/** The only door to timers. They do not keep the process alive by themselves, but for those that say so. */
export interface Timer {
  cancel(): void
}

export const after = (milliseconds: number, run: () => void): Timer => {
  const timer = setTimeout(run, milliseconds).unref()
  return { cancel: () => clearTimeout(timer) }
}

/** The same for what has to happen even if the process waits for nothing else. */
export const afterHolding = (milliseconds: number, run: () => void): Timer => {
  const timer = setTimeout(run, milliseconds)
  return { cancel: () => clearTimeout(timer) }
}

/** The result of `work` if it is there soon, or something else; the work goes on. */
export const soonOr = <T>(milliseconds: number, work: Promise<T>, otherwise: T): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = after(milliseconds, () => resolve(otherwise))
    work.then(resolve, reject).finally(timer.cancel)
  })

/** The result of `work`, or the failure `tooLate` makes once that takes too long. The work itself is not stopped. */
export const within = <T>(milliseconds: number, work: Promise<T>, tooLate: () => Error): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = after(milliseconds, () => reject(tooLate()))
    work.then(resolve, reject).finally(timer.cancel)
  })

/** Until the time is over, or the signal is aborted. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  setTimeoutPromise(milliseconds, undefined, { ref: false, signal }).catch(() => {})
