import { z } from 'zod'
import { applicationsOfHydra, hydraClientsSchema } from '../importing/hydra.ts'
import { type ImportedApplication, importApplication } from '../importing/import-applications.ts'
import { applicationsOfKeycloak, keycloakRealmSchema } from '../importing/keycloak.ts'
import { jsonIn } from '../importing/read-entry.ts'
import { type ApplicationId, parseIdentifier } from '../protocol/identifiers.ts'
import type { Transaction } from '../storage/transaction.ts'
import { type ImportCommand, OPERATOR } from './import-command.ts'
import { openResults, readExport, readResults, UnfitFile } from './import-files.ts'

export const origins = ['hydra', 'keycloak'] as const
type Origin = (typeof origins)[number]
export const isOrigin = (text: string): text is Origin => (origins as readonly string[]).includes(text)

/** @returns the exit code: 1 if something was refused. */
export const importApplicationsCommand = async (
  file: string,
  wanted: {
    readonly from: Origin
    readonly out: string | undefined
    readonly isDryRun: boolean
    readonly organizationId: string | undefined
    readonly areFirstParty: boolean
    readonly createPermissions: boolean
  },
  { print, transaction, clock, random }: ImportCommand,
): Promise<number> => {
  const { from, out, ...importing } = wanted
  const foreign = await readers[from](file)
  if (foreign.length === 0) throw new UnfitFile(file, 'has no client in it; see that it was exported whole')
  // Opened before anything is made: a secret that cannot be written down would be lost.
  const results = out === undefined ? undefined : await openResults(out, 'a', file)
  const write = async (result: ImportedApplication): Promise<void> => {
    await results?.appendFile(`${JSON.stringify(result)}\n`)
    await results?.datasync()
  }
  const here = new Set<string>()
  const counts = { created: 0, exists: 0, refused: 0 }
  try {
    const before = out === undefined ? undefined : resultsIn(out, await readResults(out))
    if (before?.isTorn) await results?.appendFile('\n')
    for (const one of foreign) {
      const { oldClientId } = one
      const isSecond = here.has(oldClientId)
      const ids = isSecond ? [] : (before?.made.get(oldClientId) ?? [])
      if (await areThere(ids, transaction)) {
        counts.exists += 1
        here.add(oldClientId)
        continue
      }
      for (const id of ids)
        print(`${oldClientId}: ${id} of an earlier line is not here; the last line counts.`)
      const result = await importApplication(
        { ...importing, transaction, clock, random, actor: OPERATOR, writeDown: write },
        isSecond ? { oldClientId, refused: 'is in the file twice, and was taken over already' } : one,
      )
      counts[result.outcome] += 1
      if (result.outcome === 'created') {
        here.add(oldClientId)
        for (const note of result.notes) print(`${oldClientId}: ${note}.`)
        continue
      }
      print(`${oldClientId}: ${result.reason.replace(/\.$/, '')}.`)
      await write(result)
    }
  } finally {
    await results?.close()
    // Also of an import that came to no end: so many are here.
    print(
      `${wanted.isDryRun ? 'Would be created' : 'Created'}: ${counts.created}. Done before: ${counts.exists}. Refused: ${counts.refused}.`,
    )
  }
  return counts.refused > 0 ? 1 : 0
}

const readers = {
  hydra: async (file: string) =>
    applicationsOfHydra(
      await readExport(file, hydraClientsSchema, {
        what: 'a list of clients of Hydra',
        cure: 'name what "hydra list clients --format json" wrote, and of a realm of Keycloak say --from keycloak',
      }),
    ),
  keycloak: async (file: string) => {
    const { clients } = await readExport(file, keycloakRealmSchema, {
      what: 'the export of a realm of Keycloak',
      cure: 'name what "kc.sh export" wrote, and of clients of Hydra say --from hydra',
    })
    return applicationsOfKeycloak(clients ?? [])
  },
} as const

interface Results {
  /** Application IDs by old client ID. A line is written first, so what it says was made may never have come to be. */
  readonly made: ReadonlyMap<string, readonly ApplicationId[]>
  /** The last line was cut short. */
  readonly isTorn: boolean
}

/** Every line that this command writes, whole or cut short, begins so. */
const BEGINNING = '{"old_client_id":'

/** What the file of an earlier run says. @throws UnfitFile if it is of something else: it would not say who is here. */
const resultsIn = (out: string, text: string): Results => {
  const made = new Map<string, ApplicationId[]>()
  for (const [place, line] of text.split('\n').entries()) {
    if (!line.startsWith(BEGINNING) && !BEGINNING.startsWith(line)) {
      throw new UnfitFile(out, `was not written by this command (line ${place + 1}); name another one`)
    }
    const { data } = madeSchema.safeParse(jsonIn(line))
    const id = data && parseIdentifier('application', data.application_id)
    if (id) made.set(data.old_client_id, [...(made.get(data.old_client_id) ?? []), id])
  }
  return { made, isTorn: text !== '' && !text.endsWith('\n') }
}

const madeSchema = z.object({
  outcome: z.literal('created'),
  old_client_id: z.string(),
  application_id: z.string(),
})

const areThere = async (ids: readonly ApplicationId[], transaction: Transaction): Promise<boolean> =>
  ids.length > 0 && (await transaction((stores) => stores.clients.byIds(ids))).size > 0
