import { z } from 'zod'
import { applicationsOfHydra, hydraClientsSchema } from '../importing/hydra.ts'
import { type ImportedApplication, importApplication } from '../importing/import-applications.ts'
import { applicationsOfKeycloak, keycloakRealmSchema } from '../importing/keycloak.ts'
import { type ApplicationId, parseIdentifier } from '../protocol/identifiers.ts'
import type { Transaction } from '../storage/transaction.ts'
import { type ImportCommand, OPERATOR } from './import-command.ts'
import { openResults, parsedLine, readExport, readResults } from './import-files.ts'

/** @returns the exit code: 1 if something was refused. */
export const importApplicationsCommand = async (
  file: string,
  wanted: {
    readonly from: 'hydra' | 'keycloak'
    readonly out: string | undefined
    readonly isDryRun: boolean
    readonly organizationId: string | undefined
    readonly areFirstParty: boolean
    readonly createPermissions: boolean
  },
  { print, transaction, clock, random }: ImportCommand,
): Promise<number> => {
  const { from, out, ...importing } = wanted
  const foreign =
    from === 'hydra'
      ? applicationsOfHydra(await readExport(file, hydraClientsSchema, 'clients of Hydra'))
      : applicationsOfKeycloak(await readExport(file, keycloakRealmSchema, 'a realm of Keycloak'))
  const before = out === undefined ? undefined : resultsIn(await readResults(out))
  // Opened before anything is made: a secret that cannot be written down would be lost.
  const results = out === undefined ? undefined : await openResults(out, 'a', file)
  const write = async (result: ImportedApplication): Promise<void> => {
    await results?.appendFile(`${JSON.stringify(result)}\n`)
    await results?.datasync()
  }
  const counts = { created: 0, exists: 0, refused: 0 }
  try {
    if (before?.isTorn) await results?.appendFile('\n')
    for (const one of foreign) {
      const ids = before?.made.get(one.oldClientId) ?? []
      if (await areThere(ids, transaction)) {
        counts.exists += 1
        continue
      }
      for (const id of ids)
        print(`${one.oldClientId}: ${id} of an earlier line is not here; the last line counts.`)
      const result = await importApplication(
        { ...importing, transaction, clock, random, actor: OPERATOR, writeDown: write },
        one,
      )
      counts[result.outcome] += 1
      if (result.outcome === 'created') {
        for (const note of result.notes) print(`${result.old_client_id}: ${note}.`)
        continue
      }
      print(`${result.old_client_id}: ${result.reason}.`)
      await write(result)
    }
  } finally {
    await results?.close()
  }
  print(
    `${wanted.isDryRun ? 'Would be created' : 'Created'}: ${counts.created}. Done before: ${counts.exists}. Refused: ${counts.refused}.`,
  )
  return counts.refused > 0 ? 1 : 0
}

interface Results {
  /** Application IDs by old client ID. A line is written first, so what it says was made may never have come to be. */
  readonly made: ReadonlyMap<string, readonly ApplicationId[]>
  /** The last line was cut short. */
  readonly isTorn: boolean
}

/** What the file of an earlier run says. */
const resultsIn = (text: string): Results => {
  const made = new Map<string, ApplicationId[]>()
  for (const line of text.split('\n')) {
    const { data } = madeSchema.safeParse(parsedLine(line))
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
