import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CODE_FOLDERS } from './support/architecture/rules.ts'
import { filesBelow } from './support/architecture/source-file.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...[...CODE_FOLDERS, 'docs']
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => path.endsWith('.md')),
]

const linesOf = new Map(
  pages.map((page) => [
    page,
    readFileSync(join(root, page), 'utf8')
      .replaceAll(/^```.*?^```/gms, '')
      .split('\n'),
  ]),
)

/** Where GitHub puts the headings of a page: what is no letter, digit, space, hyphen or underscore is left out. */
const anchorsOf = (lines: readonly string[]): string[] => {
  const seen = new Map<string, number>()
  return lines.flatMap((line) => {
    const heading = /^#{1,6} +(.+?)\s*$/.exec(line)?.[1]
    if (heading === undefined) return []
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-')
    const count = seen.get(anchor) ?? 0
    seen.set(anchor, count + 1)
    return [count === 0 ? anchor : `${anchor}-${count}`]
  })
}

const anchors = new Map([...linesOf].map(([page, lines]) => [page, anchorsOf(lines)]))

const linksOf = (lines: readonly string[]): string[] =>
  lines.flatMap((line) =>
    [...line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
  )

const problemOf = (page: string, target: string): string | undefined => {
  if (/^[a-z]+:/.test(target)) return undefined
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : posix.join(dirname(page), path)
  if (!existsSync(join(root, file))) return `${page}: there is no ${file}`
  if (anchor === undefined || statSync(join(root, file)).isDirectory()) return undefined
  return anchors.get(file)?.includes(anchor) ? undefined : `${page}: ${file} has no heading #${anchor}`
}

test('every link of a page leads to a file, and to a heading, that there is', () => {
  const links = [...linesOf].flatMap(([page, lines]) =>
    linksOf(lines).map((target) => [page, target] as const),
  )
  expect(links.length).toBeGreaterThan(100)
  expect(links.flatMap(([page, target]) => problemOf(page, target) ?? [])).toEqual([])
})

/** Rooms, and what stands beside them. */
const FILE_OF_OURS = /^(?:[\w-]+\/)*[\w-]+\.(?:ts|tsx)$/

test('every file of ours that the page on security names is there', () => {
  const lines = linesOf.get('docs/security.md') ?? []
  const named = lines
    .flatMap((line) => [...line.matchAll(/`([^`\s]+)`/g)].map(([, name = '']) => name))
    .filter((name) => FILE_OF_OURS.test(name) || /^[\w-]+(?:\/[\w-]+)*\/$/.test(name))
  expect(named.length).toBeGreaterThan(100)
  expect(
    named.filter((name) => !existsSync(join(root, 'src', name)) && !existsSync(join(root, name))),
  ).toEqual([])
})
