import { parseArgs, styleText } from 'node:util'
import { type Config, ConfigError, loadConfig } from '../config/config.ts'
import { type Finding, findingsOn, type Level } from '../doctor/finding.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import { examineDeployment } from './examine-deployment.ts'
import { examineMachine } from './examine-machine.ts'
import { examineMail } from './examine-mail.ts'
import { examineStore } from './examine-store.ts'

export interface DoctorCommand {
  readonly print: (line: string) => void
  readonly clock: Clock
  readonly random: Random
}

export const usage = `Usage: latchkey doctor [--json] [--mail-to ADDRESS]

Looks at settings, secrets, files, database, signing keys, mail, and at the server as its clients see it; says what is
wrong and what to do about it. Changes nothing. With the settings of the server, best where the server is.

  --json              for programs
  --mail-to ADDRESS   also send a mail there`

/** @returns the exit code: 1 if there is a problem. */
export const doctorCommand = async (
  args: readonly string[],
  { print, clock, random }: DoctorCommand,
): Promise<number> => {
  const options = optionsOf(args)
  if (!options) {
    print(usage)
    return 2
  }
  const findings = await examine(options.mailTo, { clock, random })
  const isFit = findings.every(({ level }) => level !== 'problem')
  if (options.json) print(JSON.stringify({ ok: isFit, findings }, null, 2))
  else for (const line of findings.flatMap(lines)) print(line)
  return isFit ? 0 : 1
}

const examine = async (
  mailTo: string | undefined,
  { clock, random }: Pick<DoctorCommand, 'clock' | 'random'>,
): Promise<readonly Finding[]> => {
  const config = settings()
  if (config instanceof ConfigError) {
    return [findingsOn('settings').problem(config.message, 'Mend that first: nothing else was looked at.')]
  }
  const { findings: ofStore, keys, secret } = await examineStore(config, { clock, random })
  return [
    ...(await examineMachine(config, secret)),
    ...ofStore,
    ...(await examineMail(config, mailTo, clock.now())),
    ...(await examineDeployment(config, { keys, secret, clock, random })),
  ]
}

const settings = (): Config | ConfigError => {
  try {
    return loadConfig()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

const optionsOf = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' }, 'mail-to': { type: 'string' } },
    })
    return { json: values.json === true, mailTo: values['mail-to'] }
  } catch {
    return undefined
  }
}

const colors: Readonly<Record<Level, 'green' | 'yellow' | 'red'>> = {
  ok: 'green',
  warning: 'yellow',
  problem: 'red',
}

/** The longest of the levels, and of the subjects. */
const LEVEL_WIDTH = 'problem'.length
const SUBJECT_WIDTH = 'settings'.length

const lines = ({ level, subject, says, cure }: Finding): string[] => {
  const word = styleText(colors[level], level.padEnd(LEVEL_WIDTH))
  const indent = ' '.repeat(LEVEL_WIDTH + SUBJECT_WIDTH + 4)
  return [
    `${word}  ${subject.padEnd(SUBJECT_WIDTH)}  ${says}`,
    ...(cure === undefined ? [] : [`${indent}→ ${cure}`]),
  ]
}
