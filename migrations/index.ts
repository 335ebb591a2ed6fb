import type { Migration } from 'kysely/migration'
import * as foundation from './0001-foundation.ts'
import * as management from './0002-management.ts'
import * as managementIndexes from './0003-management-indexes.ts'
import * as protocolColumns from './0004-protocol-columns.ts'
import * as protocolTables from './0005-protocol-tables.ts'
import * as protocolIndexes from './0006-protocol-indexes.ts'
import * as clientLogos from './0007-client-logos.ts'
import * as externalAuthentications from './0008-external-authentications.ts'
import * as consentOptions from './0009-consent-options.ts'
import * as lastUses from './0010-last-uses.ts'
import * as authenticators from './0011-authenticators.ts'
import * as declinedScopes from './0012-declined-scopes.ts'
import * as mail from './0013-mail.ts'
import * as brandImages from './0014-brand-images.ts'
import * as failedSignIns from './0015-failed-sign-ins.ts'
import * as identityProviders from './0016-identity-providers.ts'
import * as loginUris from './0017-login-uris.ts'
import * as operators from './0018-operators.ts'
import * as askedCodes from './0019-asked-codes.ts'
import * as statistics from './0020-statistics.ts'
import * as refusedRequests from './0021-refused-requests.ts'
import * as passwordSetBy from './0022-password-set-by.ts'
import * as codesByAddress from './0023-codes-by-address.ts'

/** All migrations in order of name; a static record, so that they work wherever the code runs. */
export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-management': management,
  '0003-management-indexes': managementIndexes,
  '0004-protocol-columns': protocolColumns,
  '0005-protocol-tables': protocolTables,
  '0006-protocol-indexes': protocolIndexes,
  '0007-client-logos': clientLogos,
  '0008-external-authentications': externalAuthentications,
  '0009-consent-options': consentOptions,
  '0010-last-uses': lastUses,
  '0011-authenticators': authenticators,
  '0012-declined-scopes': declinedScopes,
  '0013-mail': mail,
  '0014-brand-images': brandImages,
  '0015-failed-sign-ins': failedSignIns,
  '0016-identity-providers': identityProviders,
  '0017-login-uris': loginUris,
  '0018-operators': operators,
  '0019-asked-codes': askedCodes,
  '0020-statistics': statistics,
  '0021-refused-requests': refusedRequests,
  '0022-password-set-by': passwordSetBy,
  '0023-codes-by-address': codesByAddress,
}

/** Each statement of these is committed by itself, for a lock held until the last one would keep others waiting. */
export const withoutTransaction: ReadonlySet<string> = new Set([
  '0003-management-indexes',
  '0004-protocol-columns',
  '0006-protocol-indexes',
  '0009-consent-options',
  '0010-last-uses',
  '0012-declined-scopes',
  '0015-failed-sign-ins',
  '0016-identity-providers',
  '0017-login-uris',
  '0018-operators',
  '0019-asked-codes',
  '0020-statistics',
  '0021-refused-requests',
  '0022-password-set-by',
  '0023-codes-by-address',
])
