import { expect, test } from 'vitest'
import { boundedLabel } from '../../src/observability/bounded-label.ts'

test('a label takes so many words, which stay, and calls every further one "other"', () => {
  const label = boundedLabel(2)
  expect(['invalid_client', 'issued', 'made up', 'issued', 'made up again'].map(label)).toEqual([
    ...['invalid_client', 'issued', 'other', 'issued', 'other'],
  ])
})
