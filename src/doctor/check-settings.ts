import type { Config } from '../config/config.ts'
import type { MisspeltSetting } from '../config/misspelt-settings.ts'
import { isLoopbackHost } from '../protocol/issuer.ts'
import { type Finding, findingsOn, orFine } from './finding.ts'

const { ok, warning, problem } = findingsOn('settings')

type Checked = Pick<
  Config,
  | 'issuer'
  | 'database'
  | 'relaxRateLimits'
  | 'outboundAllowedHosts'
  | 'trustedProxies'
  | 'metrics'
  | 'accessToken'
  | 'logLevel'
>

/** What is allowed for testing, and opens something where everybody comes; what was meant, and is not set. */
export const checkSettings = (config: Checked, misspelt: readonly MisspeltSetting[]): readonly Finding[] =>
  orFine(
    [...misspelt.map(misspelling), ...network(config), ...limits(config)],
    ok('No setting is one for test environments.'),
  )

const misspelling = ({ name, meant }: MisspeltSetting): Finding =>
  warning(
    `${name} is set, which nobody here reads, and ${meant} is not.`,
    `If it is meant for Latchkey, call it ${meant}.`,
  )

const HOUR_SECONDS = 3600

const limits = ({ relaxRateLimits, accessToken, logLevel }: Checked): Finding[] => {
  const amiss: Finding[] = []
  if (relaxRateLimits) {
    amiss.push(
      problem(
        'LATCHKEY_RELAX_RATE_LIMITS is on: passwords and codes can be tried over and over.',
        'Take it out, but for a test environment.',
      ),
    )
  }
  if (accessToken.seconds > HOUR_SECONDS) {
    amiss.push(
      warning(
        `Access tokens are valid for ${accessToken.seconds} seconds: whoever verifies them without asking takes them that long after they were revoked.`,
        'Lower LATCHKEY_ACCESS_TOKEN_SECONDS; refresh tokens are for what lasts longer.',
      ),
    )
  }
  if (logLevel === 'silent') {
    amiss.push(
      warning(
        'Nothing is logged: nobody will know why something failed.',
        'Set LATCHKEY_LOG_LEVEL to info or warn.',
      ),
    )
  }
  return amiss
}

const network = ({ issuer, database, outboundAllowedHosts, trustedProxies, metrics }: Checked): Finding[] => {
  const amiss: Finding[] = []
  const isLocal = isLoopbackHost(new URL(issuer).hostname)
  if (issuer.startsWith('http:') && !isLocal) {
    amiss.push(
      problem(
        'The issuer is http: passwords and tokens can be read on the way.',
        'Put TLS in front, and set LATCHKEY_ISSUER to the https address.',
      ),
    )
  }
  if (!isLocal && database.kind === 'embedded') {
    amiss.push(
      warning(
        'The embedded store serves more than this machine; a power cut may cost it.',
        'Move it to PostgreSQL: latchkey promote --to postgres://…',
      ),
    )
  }
  if (outboundAllowedHosts.length > 0) {
    amiss.push(
      warning(
        `Requests may go to ${outboundAllowedHosts.join(', ')} over http and in private networks, whoever chose the address.`,
        'Leave in LATCHKEY_OUTBOUND_ALLOWED_HOSTS only hosts of yours that have to be there.',
      ),
    )
  }
  if (trustedProxies.some((proxy) => /^(0\.0\.0\.0|::)\/0$/.test(proxy))) {
    amiss.push(
      problem(
        'Everybody is a trusted proxy: whoever connects chooses the address that limits are counted by.',
        'List in LATCHKEY_TRUSTED_PROXIES the addresses of the proxies, and no others.',
      ),
    )
  }
  if (metrics !== undefined && !isLoopbackHost(metrics.host)) {
    amiss.push(
      warning(
        `Metrics are told at ${metrics.host}:${metrics.port} to whoever gets there.`,
        'Have a firewall let in those who collect them, and nobody else.',
      ),
    )
  }
  return amiss
}
