import { open, readFile } from 'node:fs/promises'
import { applicationsOfHydra, hydraClientsSchema } from '../importing/hydra.ts'
import { importApplication } from '../importing/import-applications.ts'
import { applicationsOfKeycloak, keycloakRealmSchema } from '../importing/keycloak.ts'
import { type ImportCommand, OPERATOR } from './import-command.ts'
import { parsedLine } from './import-files.ts'

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
  const exported: unknown = JSON.parse(await readFile(file, 'utf8'))
  const foreign =
    from === 'hydra'
      ? applicationsOfHydra(hydraClientsSchema.parse(exported))
      : applicationsOfKeycloak(keycloakRealmSchema.parse(exported))
  const done = out === undefined ? new Set<string>() : await alreadyDone(out)
  // Opened before anything is made: a secret that cannot be written down would be lost.
  const results = out === undefined ? undefined : await open(out, 'a', 0o600)
  const counts = { created: 0, exists: 0, refused: 0 }
  try {
    for (const one of foreign) {
      if (done.has(one.oldClientId)) {
        counts.exists += 1
        continue
      }
      const result = await importApplication(
        { ...importing, transaction, clock, random, actor: OPERATOR },
        one,
      )
      counts[result.outcome] += 1
      if (result.outcome === 'refused') print(`${result.old_client_id}: ${result.reason}.`)
      else for (const note of result.notes) print(`${result.old_client_id}: ${note}.`)
      await results?.write(`${JSON.stringify(result)}\n`)
    }
    await results?.sync()
  } finally {
    await results?.close()
  }
  print(
    `${wanted.isDryRun ? 'Would be created' : 'Created'}: ${counts.created}. Done before: ${counts.exists}. Refused: ${counts.refused}.`,
  )
  return counts.refused > 0 ? 1 : 0
}

/** Old client IDs that the file of an earlier run says were made. */
const alreadyDone = async (out: string): Promise<ReadonlySet<string>> => {
  const text = await readFile(out, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  return new Set(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map(parsedLine)
      .flatMap((line) =>
        typeof line === 'object' && line !== null && 'outcome' in line && line.outcome === 'created'
          ? [String((line as { readonly old_client_id?: unknown }).old_client_id)]
          : [],
      ),
  )
}
