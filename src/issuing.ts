import type { Config } from './config/config.ts'
import type { EnvironmentRegistry } from './environment/environment-registry.ts'
import type { Logger } from './observability/logger.ts'
import type { ClientId } from './protocol/identifiers.ts'
import type { Stores } from './storage/index.ts'
import { deriveKey } from './system/encryption.ts'
import type { Random } from './system/random.ts'
import type { SignJwt, TokenIssuing } from './tokens/issue.ts'
import type { GrantLifetimes } from './tokens/new-grant.ts'
import { createSidOf } from './tokens/sid.ts'
import { createSubjectOf } from './tokens/subject.ts'
import { createTemplateClaims } from './tokens/template-claims.ts'

/*
 * What tokens are made with, and by which names they call users and sessions.
 */

export interface Issuing {
  readonly config: Pick<Config, 'issuer' | 'pairwiseSecret'>
  readonly stores: Stores
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly environmentClientId: ClientId
  readonly signJwt: SignJwt
  readonly secret: string
  readonly random: Random
  readonly logger: Logger
}

export const createIssuing = ({
  config,
  stores,
  environment,
  environmentClientId,
  signJwt,
  secret,
  random,
  logger,
}: Issuing) => {
  const subjectOf = createSubjectOf(deriveKey(config.pairwiseSecret ?? secret, 'pairwise subject'))
  const sidOf = createSidOf(deriveKey(config.pairwiseSecret ?? secret, 'pairwise sid'))
  const tokenIssuing: TokenIssuing = {
    ...{ signJwt, random, subjectOf, sidOf },
    templateClaims: createTemplateClaims({
      stores,
      template: async () => (await environment.current()).jwtTemplate,
      onError: (error) => logger.error({ err: error }, 'access token without the claims of the JWT template'),
    }),
    settings: async () => {
      const { settings } = await environment.current()
      return {
        ...settings.accessToken,
        issuer: config.issuer,
        audience: environmentClientId,
        idTokenSeconds: settings.idTokenSeconds,
        idTokenClaims: settings.idTokenClaims,
      }
    },
  }
  const grantLifetimes = async (): Promise<GrantLifetimes> => {
    const { settings } = await environment.current()
    return {
      accessTokenSeconds: settings.accessToken.seconds,
      grantSeconds: settings.refreshToken.maximumSeconds,
      refreshTokenIdleSeconds: settings.refreshToken.idleSeconds,
    }
  }
  return { subjectOf, sidOf, tokenIssuing, grantLifetimes }
}
