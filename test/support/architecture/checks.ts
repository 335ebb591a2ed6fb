import { posix } from 'node:path'
import {
  DOORS,
  EMPTY_NAMES,
  EXCEPTIONS,
  FIXED_NAMES,
  LATE,
  LEVELS,
  MAX_LINES,
  OUTSIDE,
  START,
  TYPES_ONLY,
} from './rules.ts'
import type { GlobalUse, Import, SourceFile } from './source-file.ts'

/** Each check returns what breaks it, as `path:line: what, and why not`; nothing means kept. */
export type Check = (files: readonly SourceFile[]) => string[]

const at = (file: SourceFile, line: number, message: string): string => `${file.path}:${line}: ${message}`

const isRelative = (specifier: string): boolean => specifier.startsWith('.')

const resolved = (file: SourceFile, { specifier }: Import): string =>
  posix.join(posix.dirname(file.path), specifier)

/** `src/storage/stores/users.ts` → `storage`, `src/app.ts` → `app.ts`; undefined outside of src. */
const roomOf = (path: string): string | undefined => {
  const [root, room] = path.split('/')
  return root === 'src' ? room : undefined
}

const levelOf = (room: string): number => LEVELS.findIndex((rooms) => rooms.includes(room))

const perImport =
  (check: (file: SourceFile, imported: Import) => string | undefined): Check =>
  (files) =>
    files.flatMap((file) =>
      file.imports.flatMap((imported) => {
        const message = check(file, imported)
        return message === undefined ? [] : [at(file, imported.line, message)]
      }),
    )

/** Rooms import lower levels only, types only where the table says so. */
export const levels: Check = perImport((file, imported) => {
  const room = roomOf(file.path)
  if (room === undefined || !isRelative(imported.specifier)) return undefined
  const target = resolved(file, imported)
  const targetRoom = roomOf(target)
  if (targetRoom === undefined) return outside(room, target)
  if (targetRoom === room) return undefined
  if (EXCEPTIONS.some((exception) => exception.room === room && exception.target === target)) return undefined
  const [own, other] = [levelOf(room), levelOf(targetRoom)]
  if (other >= own && own < LEVELS.length - 1) {
    return `${room} (level ${own}) imports ${targetRoom} (level ${other}): a room imports only lower levels`
  }
  const wall = TYPES_ONLY.find((rule) => rule.levels.includes(own) && rule.rooms.includes(targetRoom))
  if (wall === undefined || imported.typeOnly) return undefined
  return `${room} (level ${own}) may take only types from ${targetRoom} (import type): ${wall.because}`
})

const outside = (room: string, target: string): string | undefined => {
  if (!/\.tsx?$/.test(target)) return undefined
  if (OUTSIDE.some(({ folder, rooms }) => target.startsWith(folder) && rooms.includes(room))) return undefined
  return `${room} imports ${target}, which is outside of src`
}

/** A folder nobody gave a level escapes the levels. */
export const knownRooms: Check = (files) => {
  const rooms = new Set(files.flatMap(({ path }) => roomOf(path) ?? []))
  return [...rooms]
    .filter((room) => levelOf(room) === -1)
    .map((room) => `src/${room} has no level in test/support/architecture/rules.ts`)
}

/** Migrations are frozen in time: what they import from src would change under them. */
export const frozenMigrations: Check = perImport((file, imported) => {
  if (!file.path.startsWith('migrations/') || !isRelative(imported.specifier)) return undefined
  const target = resolved(file, imported)
  return target.startsWith('migrations/') ? undefined : `a migration imports ${target}; it must stand alone`
})

/** What cannot be read cannot be checked. */
export const literalImports: Check = perImport((file, { specifier }) =>
  roomOf(file.path) !== undefined && specifier.endsWith('(…)')
    ? `${specifier} hides what is imported: name the module in an import`
    : undefined,
)

/** Modules and globals are used only in the rooms that are their door. */
export const doors: Check = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/') || path.startsWith('migrations/'))
    .flatMap((file) =>
      DOORS.filter(({ only }) => !only.some((beginning) => file.path.startsWith(beginning))).flatMap(
        ({ modules = [], globals = [], only, because }) => {
          const refuse = (line: number, what: string) =>
            at(file, line, `${what} is only for ${only.join(', ')}: ${because}`)
          const usesModule = ({ specifier }: Import) =>
            modules.some((module) => isOfModule(specifier, module))
          const usesGlobal = ({ name }: GlobalUse) => globals.includes(name)
          return [
            ...file.imports.filter(usesModule).map(({ line, specifier }) => refuse(line, specifier)),
            ...file.globals.filter(usesGlobal).map(({ line, name }) => refuse(line, name)),
          ]
        },
      ),
    )

const isOfModule = (specifier: string, module: string): boolean => {
  const name = specifier.replace(/^node:/, '')
  return module.endsWith('/*')
    ? name.startsWith(module.slice(0, -1))
    : name === module || name.startsWith(`${module}/`)
}

/** No file is, over whatever detour, imported by what it imports; not even for a type. */
export const noCycles: Check = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const finished = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, road: readonly string[]): void => {
    const start = road.indexOf(path)
    if (start !== -1) cycles.push([...road.slice(start), path].join(' → '))
    const file = byPath.get(path)
    if (start !== -1 || file === undefined || finished.has(path)) return
    const targets = file.imports.filter(({ specifier }) => isRelative(specifier))
    for (const target of new Set(targets.map((imported) => resolved(file, imported)))) {
      visit(target, [...road, path])
    }
    finished.add(path)
  }
  for (const path of byPath.keys()) visit(path, [])
  return cycles
}

/** Nothing that a start waits for reads what serving may never need. */
export const quickStart: Check = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const seen = new Set<string>()
  const visit = (path: string): string[] => {
    const file = byPath.get(path)
    if (seen.has(path) || file === undefined) return []
    seen.add(path)
    return file.imports
      .filter(({ typeOnly, isDeferred }) => !typeOnly && !isDeferred)
      .flatMap((imported) => {
        if (isRelative(imported.specifier)) return visit(resolved(file, imported))
        const late = LATE.find((module) => isOfModule(imported.specifier, module))
        return late === undefined ? [] : [at(file, imported.line, `${late} is read at every start`)]
      })
  }
  return START.flatMap(visit)
}

export const shortFiles: Check = (files) =>
  files.flatMap((file) => {
    const lines = file.text.replace(/\n$/, '').split('\n').length
    return lines > MAX_LINES ? [`${file.path} has ${lines} lines; ${MAX_LINES} is the limit`] : []
  })

const KEBAB_CASE = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/

/** Files and folders are kebab-case (a section number keeps its dot) and named by what they hold. */
export const names = (paths: readonly string[]): string[] =>
  [...new Set(paths.flatMap(withFolders))].flatMap((path) => {
    const name = posix.basename(path)
    const empty = name.split(/[-.]/).find((word) => EMPTY_NAMES.includes(word))
    return [
      ...(KEBAB_CASE.test(name) || FIXED_NAMES.includes(name) ? [] : [`${path} is not kebab-case`]),
      ...(empty === undefined ? [] : [`${path}: "${empty}" does not say what is in it`]),
    ]
  })

const withFolders = (path: string): string[] => {
  const folder = posix.dirname(path)
  return folder === '.' ? [path] : [path, ...withFolders(folder)]
}

// The home of a person or of a build; what stands before the slash tells it from the path of a URL.
const MACHINE_PATH = /(?<![\w.:/})-])(?:\/(?:work|root|home|Users)|[A-Z]:\\+Users)[/\\]+\w/

/** Nothing in the repository depends on the machine it was written on. */
export const portable = (texts: ReadonlyMap<string, string>): string[] =>
  [...texts].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const found = MACHINE_PATH.exec(line)?.[0]
      return found === undefined ? [] : [`${path}:${index + 1}: "${found}…" exists on one machine only`]
    }),
  )

interface LockFile {
  readonly packages: Readonly<Record<string, { optionalDependencies?: Record<string, string> }>>
}

/**
 * npm leaves out of its lock file what the registry of the moment did not have for another platform, and then
 * refuses that lock file (`npm ci`: EUSAGE).
 */
export const completeLock = ({ packages }: LockFile): string[] =>
  Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      )
      .map((name) => `package-lock.json has ${path} without its optional ${name}`),
  )
