import { createOperator } from './operator.ts'
import { plans } from './plans.ts'
import { screensOf } from './screens.ts'
import { createSuite } from './suite.ts'

/*
 * Runs plans of the OpenID conformance suite against a server, unattended. docs/conformance.md says how to start both.
 *
 *   API_KEY=sk_… npm run conformance -- <issuer> <origin of the suite> <plan> [part of a module's name]
 */

const [issuer, suiteOrigin, planName, only = ''] = process.argv.slice(2)
const apiKey = process.env['API_KEY']
const setUp = planName === undefined ? undefined : plans[planName]
if (issuer === undefined || suiteOrigin === undefined || setUp === undefined || apiKey === undefined) {
  console.error(`Usage: API_KEY=sk_… npm run conformance -- <issuer> <suite> <plan> [module]
Plans: ${Object.keys(plans).join(', ')}`)
  process.exit(2)
}

const suite = createSuite(suiteOrigin)
const operator = await createOperator(issuer, suiteOrigin, apiKey, setUp.settings)
const screens = screensOf(issuer, suiteOrigin, operator.person)

/** Modules that want to see something else than a user who signs in and allows. */
const special: readonly (readonly [screen: keyof typeof screens, modules: readonly string[]])[] = [
  ['reviewed', ['oidcc-prompt-login', 'oidcc-max-age-1']],
  // OIDC Registration §2: shown during approval.
  [
    'approval',
    ['oidcc-registration-logo-uri', 'oidcc-registration-policy-uri', 'oidcc-registration-tos-uri'],
  ],
  [
    'refused',
    [
      ...['oidcc-ensure-registered-redirect-uri', 'oidcc-ensure-redirect-uri-in-authorization-request'],
      'oidcc-ensure-request-object-with-redirect-uri',
      'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
      ...[
        'oidcc-redirect-uri-query-added',
        'oidcc-redirect-uri-query-mismatch',
        'oidcc-redirect-uri-regfrag',
      ],
    ],
  ],
  ['denied', ['user-rejects-authentication']],
  ['secondVisit', ['par-ensure-reused-request-uri-prior-to-auth-completion-succeeds']],
]

interface Endpoints {
  readonly userinfo_endpoint: string
}
const discoveryUrl = `${issuer}/.well-known/openid-configuration`
const metadata = (await (await fetch(discoveryUrl)).json()) as Endpoints & {
  readonly mtls_endpoint_aliases?: Endpoints
}
// RFC 8705 §5: where certificates are asked for.
const endpoints = (setUp.variant['sender_constrain'] === 'mtls' && metadata.mtls_endpoint_aliases) || metadata

const alias = `latchkey-${planName}`
const plan = await suite.createPlan(setUp.name, setUp.variant, {
  alias,
  description: `Latchkey, ${planName}`,
  server: { discoveryUrl, login_hint: operator.person.email },
  resource: { resourceUrl: endpoints.userinfo_endpoint },
  browser: screens.usual,
  override: Object.fromEntries(
    special.flatMap(([screen, modules]) =>
      modules.flatMap((name) =>
        ['', 'fapi2-security-profile-final-', 'fapi2-message-signing-final-'].map((prefix) => [
          prefix + name,
          { browser: screens[screen] },
        ]),
      ),
    ),
  ),
  ...(await setUp.clients(operator, alias, suiteOrigin)),
})

/** What a person would do for a module, at the moment when it waits to be started. */
const beforeStart = async (module: string): Promise<void> => {
  if (module === 'oidcc-server-rotate-keys') await operator.rotateSigningKey()
}

const tally = new Map<string, number>()
try {
  for (const module of plan.modules) {
    const name = module.testModule
    if (!name.includes(only)) continue
    if (name.endsWith('user-rejects-authentication')) await operator.forgetConsents()
    const { result, complaints } = await suite.run(plan, module, () => beforeStart(name))
    tally.set(result, (tally.get(result) ?? 0) + 1)
    console.log(`${result.padEnd(10)} ${name}`)
    for (const { result: kind, src, msg, requirements = [], details } of complaints) {
      console.log(`           ${kind} ${src}: ${msg} ${requirements.join(', ')} ${details}`)
    }
  }
} finally {
  await operator.leave()
}
console.log([...tally].map(([result, count]) => `${count} ${result}`).join(', '))
// REVIEW: a person has to look at a screenshot. SKIPPED: about something that the server does not announce.
const fine = new Set(['PASSED', 'REVIEW', 'SKIPPED'])
process.exitCode = [...tally.keys()].every((result) => fine.has(result)) ? 0 : 1
