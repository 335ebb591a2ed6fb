/** The only door to timers. They never keep the process alive by themselves. */
export interface Timer {
  cancel(): void
}

export const after = (milliseconds: number, run: () => void): Timer => {
  const timer = setTimeout(run, milliseconds).unref()
  return { cancel: () => clearTimeout(timer) }
}
