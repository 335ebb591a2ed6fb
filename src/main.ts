#!/usr/bin/env node
import { fileURLToPath } from 'node:url'

/** The oldest Node that everything here runs on; older ones crash on native modules without a word. */
const OLDEST_NODE = 22

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST_NODE) {
  process.exitCode = 1
  process.stderr.write(
    `latchkey: Node ${OLDEST_NODE} or newer is needed, and this is ${process.versions.node}; npm brings one: npm run latchkey -- <command>\n`,
  )
} else {
  // Whoever reads the output may have seen enough; what was begun is finished all the same.
  process.stdout.on('error', (error) => {
    if (!('code' in error && error.code === 'EPIPE')) throw error
  })
  // What was compiled for this start is there for the next, if it is the build that starts: beside the program, where that may
  // be written to; in a directory that others can write to, they could leave us what to run.
  const { enableCompileCache } = await import('node:module')
  if (import.meta.url.endsWith('.js'))
    enableCompileCache?.(fileURLToPath(new URL('../compiled', import.meta.url)))
  // Only now: what these import needs that Node.
  const { runCommand } = await import('./cli/run.ts')
  try {
    process.exitCode = await runCommand(process.argv.slice(2))
  } catch (error) {
    const { describeFailure } = await import('./cli/failure.ts')
    process.exitCode = 1
    process.stderr.write(`latchkey: ${describeFailure(error)}\n`)
  }
}
