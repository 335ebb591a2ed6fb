import { describe, expect, test } from 'vitest'
import { pause } from '../../src/system/timer.ts'

describe('a pause', () => {
  test('lasts as long as it is told to', async () => {
    const started = performance.now()
    await pause(40, new AbortController().signal)
    // Timers may be a millisecond early.
    expect(performance.now() - started).toBeGreaterThan(35)
  })

  test.each(['before', 'while'])('ends when the signal is aborted: %s it lasts', async (when) => {
    const stopping = new AbortController()
    if (when === 'before') stopping.abort()
    const paused = pause(3_600_000, stopping.signal)
    stopping.abort()
    await paused
  })
})
