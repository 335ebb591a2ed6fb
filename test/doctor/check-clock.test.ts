import { describe, expect, test } from 'vitest'
import { checkClock } from '../../src/doctor/check-clock.ts'
import { levelsOf } from './levels.ts'

describe('the clock of another', () => {
  test.each([
    [0, 0, 'ok'],
    [-2.5, 0, 'ok'],
    [4, 2, 'ok'],
    [-4, 0, 'warning'],
    [31, 0, 'problem'],
    [31, 2, 'warning'],
    [-3600, 2, 'problem'],
  ])('that is %d seconds ahead, give or take %d, is %s', (aheadSeconds, uncertainSeconds, level) => {
    expect(levelsOf([checkClock('the database', { aheadSeconds, uncertainSeconds })])).toEqual([level])
  })

  test('is said to be ahead or behind', () => {
    const says = (aheadSeconds: number) =>
      checkClock('the server', { aheadSeconds, uncertainSeconds: 0 }).says
    expect(says(60)).toContain('60 seconds ahead of')
    expect(says(-60)).toContain('60 seconds behind')
  })
})
