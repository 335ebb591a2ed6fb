import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { eventNames } from '../../src/protocol/event-name.ts'
import { askableEventNames } from '../../src/protocol/foreign-event-name.ts'

/** Every name of an event in the OpenAPI document of WorkOS. */
const namesOfWorkos = (): string[] => {
  const document = readFileSync(new URL(import.meta.resolve('@workos/openapi-spec/spec')), 'utf8')
  return [...document.matchAll(/^ +const: ([a-z_]+(?:\.[a-z_]+)+)$/gm)].map(([, name = '']) => name)
}

const askable: ReadonlySet<string> = new Set(askableEventNames)

describe('names of events', () => {
  test('are those of WorkOS and ours, each once', () => {
    expect(askable.size).toBe(askableEventNames.length)
    expect(namesOfWorkos().length).toBeGreaterThan(50)
    expect(namesOfWorkos().filter((name) => !askable.has(name))).toEqual([])
  })

  test('ours are of one form', () => {
    for (const name of eventNames) expect(name).toMatch(/^[a-z_]+\.[a-z_]+$/)
  })
})
