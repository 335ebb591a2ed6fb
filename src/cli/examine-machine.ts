import type { Config } from '../config/config.ts'
import { misspeltSettings } from '../config/misspelt-settings.ts'
import { checkFiles } from '../doctor/check-files.ts'
import { checkSecrets } from '../doctor/check-secrets.ts'
import { checkSettings } from '../doctor/check-settings.ts'
import type { Finding } from '../doctor/finding.ts'
import { secretFile } from '../system/data-directory.ts'
import { permissionsOf } from '../system/file-mode.ts'

/** What can be told without asking anybody. */
export const examineMachine = async (
  config: Config,
  secret: string | undefined,
): Promise<readonly Finding[]> => {
  const { database, tls, pairwiseSecret } = config
  const paths =
    database.kind === 'embedded'
      ? [
          { path: database.directory, isDirectory: true },
          { path: secretFile(database.directory), isDirectory: false },
        ]
      : []
  if (tls) paths.push({ path: tls.keyFile, isDirectory: false })
  const files = await Promise.all(
    paths.map(async (file) => ({ ...file, permissions: await permissionsOf(file.path) })),
  )
  const databaseUrl = database.kind === 'postgresql' ? database.url : undefined
  return [
    ...checkSettings(config, misspeltSettings()),
    ...(secret === undefined ? [] : checkSecrets({ secret, pairwiseSecret, databaseUrl })),
    ...checkFiles(files),
  ]
}
