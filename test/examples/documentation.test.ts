import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config/config.ts'
import { paths } from '../../src/protocol/paths.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** As the refusal of an unknown one lists them. */
const settings = (): string[] => {
  try {
    loadConfig({ LATCHKEY_UNKNOWN: 'x' })
  } catch (error) {
    if (error instanceof ConfigError) return /known: ([^)]+)/.exec(error.message)?.[1]?.split(', ') ?? []
  }
  return []
}

describe('the documentation', () => {
  it('names every setting, and none that there is not', () => {
    const text = read('docs/configuration.md')
    const documented = [...text.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name)
    expect(documented.toSorted()).toEqual(settings().toSorted())
    const mentioned = [
      'README.md',
      'docs/operations.md',
      'docs/operations/monitoring.md',
      'docs/security.md',
    ].flatMap((path) => read(path).match(/\bLATCHKEY_[A-Z_]+\b/g) ?? [])
    expect(mentioned.filter((name) => !settings().includes(name))).toEqual([])
  })

  it('names every endpoint', () => {
    const readme = read('README.md')
    const { continueAuthorization: _internal, confirmLogout: _too, ...known } = paths
    // A proxy lets pages through with all that is below them; what their forms are sent to is theirs to know.
    const isBelow = (path: string) =>
      [paths.signIn, paths.account, paths.dashboard].some((page) => path.startsWith(`${page}/`))
    for (const path of Object.values(known).filter((each) => !isBelow(each)))
      expect(readme).toContain(`\`${path}\``)
  })
})
