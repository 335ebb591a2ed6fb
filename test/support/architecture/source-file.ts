import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAst } from 'vitest/node'

/** A file of code, reduced to what the rules ask about. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly globals: readonly GlobalUse[]
}

export interface Import {
  /** As written: `./error.ts`, `node:crypto`, `kysely`. */
  readonly specifier: string
  /** `import type`: nothing of it remains at run time. `import { type A }` remains, and does not count. */
  readonly typeOnly: boolean
  /** `await import(…)`: read when it is come to. */
  readonly isDeferred: boolean
  readonly line: number
}

export interface GlobalUse {
  readonly name: string
  readonly line: number
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [property: string]: unknown
}

/** All files below the folders, by path from the root of the repository. */
export const readSources = (root: string, folders: readonly string[]): SourceFile[] =>
  folders.flatMap((folder) =>
    filesBelow(root, folder)
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8'))),
  )

export const filesBelow = (root: string, folder: string): string[] => {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export const sourceFile = (path: string, text: string): SourceFile => {
  const program = parse(path, text)
  const lineAt = ({ start }: Node) => text.slice(0, start).split('\n').length
  const imports: Import[] = []
  const globals: GlobalUse[] = []
  walk(program, undefined, '', (node, parent, key) => {
    const found = importOf(node)
    if (found !== undefined) imports.push({ ...found, line: lineAt(node) })
    for (const name of globalsOf(node, parent, key)) globals.push({ name, line: lineAt(node) })
  })
  return { path, text, imports, globals }
}

const parse = (path: string, text: string): Node => {
  try {
    return parseAst(text, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }) as unknown as Node
  } catch (cause) {
    throw new Error(`${path} does not parse.`, { cause })
  }
}

type Visit = (node: Node, parent: Node | undefined, key: string) => void

const walk = (node: Node, parent: Node | undefined, key: string, visit: Visit): void => {
  visit(node, parent, key)
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, node, name, visit)
    }
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

const importOf = (node: Node): Omit<Import, 'line'> | undefined => {
  switch (node.type) {
    case 'ImportDeclaration':
      return fromSource(node['source'], node['importKind'] === 'type')
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return fromSource(node['source'], node['exportKind'] === 'type')
    case 'ImportExpression':
      return fromSource(node['source'], false, true)
    case 'TSImportType':
      return fromSource(node['source'] ?? node['argument'], true)
    case 'TSImportEqualsDeclaration':
      return { specifier: 'import … = require(…)', typeOnly: false, isDeferred: false }
    case 'CallExpression':
      return isNamed(node['callee'], 'require')
        ? { specifier: 'require(…)', typeOnly: false, isDeferred: false }
        : undefined
    default:
      return undefined
  }
}

const fromSource = (
  source: unknown,
  typeOnly: boolean,
  isDeferred = false,
): Omit<Import, 'line'> | undefined => {
  if (!isNode(source)) return undefined
  const { value } = source
  // What is computed can be anything; no rule allows it (checks.ts).
  return { specifier: typeof value === 'string' ? value : 'import(…)', typeOnly, isDeferred }
}

const isNamed = (node: unknown, name: string): boolean =>
  isNode(node) && node.type === 'Identifier' && node['name'] === name

/**
 * The globals a node may be a use of: `name`, `object.member`, `new Date()`. A local variable of the same name
 * counts too: whoever reads it would think of the global.
 */
const globalsOf = (node: Node, parent: Node | undefined, key: string): string[] => {
  switch (node.type) {
    case 'Identifier':
      return isReference(parent, key) ? [node['name'] as string] : []
    case 'MemberExpression': {
      const { object, property } = node
      if (!isNode(object) || object.type !== 'Identifier' || !isNode(property)) return []
      return [`${object['name']}.${memberName(property)}`]
    }
    case 'VariableDeclarator':
      return destructured(node)
    case 'NewExpression':
      return isNamed(node['callee'], 'Date') && noArguments(node) ? ['new Date()'] : []
    case 'CallExpression':
      return isNamed(node['callee'], 'Date') ? ['Date()'] : []
    default:
      return []
  }
}

const isReference = (parent: Node | undefined, key: string): boolean => {
  if (parent === undefined) return true
  const { type } = parent
  if (/^(Import|Export|TS)/.test(type) && type !== 'TSAsExpression' && type !== 'TSNonNullExpression')
    return false
  const named = key === 'property' || (key === 'key' && parent['shorthand'] !== true)
  return !named || parent['computed'] === true
}

const memberName = (property: Node): unknown => property['name'] ?? property['value']

/** `const { env } = process` is `process.env`. */
const destructured = ({ id, init }: Node): string[] => {
  if (!isNode(id) || id.type !== 'ObjectPattern' || !isNode(init) || init.type !== 'Identifier') return []
  const properties = id['properties'] as Node[]
  return properties.flatMap(({ key }) => (isNode(key) ? [`${init['name']}.${memberName(key)}`] : []))
}

const noArguments = (node: Node): boolean => (node['arguments'] as unknown[]).length === 0
