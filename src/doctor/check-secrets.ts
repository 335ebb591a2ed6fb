import { type Finding, findingsOn, orFine } from './finding.ts'

const { ok, warning, problem } = findingsOn('secret')

export interface CheckingSecrets {
  readonly secret: string
  /** Undefined: derived from the secret. */
  readonly pairwiseSecret: string | undefined
  /** Undefined: the embedded store. */
  readonly databaseUrl: string | undefined
}

const another =
  'Another value makes the signing keys unreadable: docs/operations.md, "The secret", says what to do then.'

export const checkSecrets = ({
  secret,
  pairwiseSecret,
  databaseUrl,
}: CheckingSecrets): readonly Finding[] => {
  const amiss: Finding[] = []
  for (const [name, value] of [
    ['LATCHKEY_SECRET', secret],
    ['LATCHKEY_PAIRWISE_SECRET', pairwiseSecret],
  ] as const) {
    const weakness = value === undefined ? undefined : weaknessOf(value)
    if (weakness) {
      amiss.push(
        problem(
          `${name} ${weakness}: whoever guesses it can sign tokens from a copy of the database.`,
          `Make one by chance: openssl rand -base64 48. ${another}`,
        ),
      )
    }
  }
  const password = passwordOf(databaseUrl)
  if (password !== undefined && password.length >= TELLING_LENGTH && secret.includes(password)) {
    amiss.push(
      problem(
        'LATCHKEY_SECRET holds the password of the database: who gets one has both.',
        'Give the user of DATABASE_URL another password.',
      ),
    )
  }
  if (password !== undefined && isStandard(password, databaseUrl)) {
    amiss.push(
      warning(
        'The password of the database is one that examples use.',
        'Give the user of DATABASE_URL another one, unless nobody but this server reaches the database.',
      ),
    )
  }
  return orFine(amiss, ok('The secret looks as if made by chance.'))
}

/** What 256 bits in hexadecimal have nearly always, and words seldom. */
const FEWEST_CHARACTERS = 8

/** So long that chance does not spell them. */
const SPELLED = /secret|password|passwort|changeme|change-me|example|latchkey|default|0123456|abcdef/i

/** What is shorter may be in a longer text by chance. */
const TELLING_LENGTH = 8

/** How a text shows that a person made it; undefined if nothing does. */
const weaknessOf = (text: string): string | undefined => {
  if (/^(.{1,16}?)\1+$/s.test(text)) return 'repeats itself'
  if (new Set(text).size < FEWEST_CHARACTERS) return 'is of a few characters'
  if (SPELLED.test(text)) return 'spells a word that everybody tries'
  if (/^[a-z]+([ ._-]+[a-z]+)*[.!?]?$|^[a-z ,.'_-]+$/.test(text)) return 'is made of words'
  return undefined
}

const passwordOf = (databaseUrl: string | undefined): string | undefined => {
  const password = URL.parse(databaseUrl ?? '')?.password
  try {
    return password === undefined ? undefined : decodeURIComponent(password)
  } catch {
    return password
  }
}

const STANDARD = new Set(['latchkey', 'postgres', 'password', 'secret', 'changeme', 'example'])

const isStandard = (password: string, databaseUrl: string | undefined): boolean =>
  STANDARD.has(password) || (password !== '' && password === URL.parse(databaseUrl ?? '')?.username)
