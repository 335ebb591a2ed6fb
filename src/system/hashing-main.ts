import { constants, setPriority } from 'node:os'
import { argon2Hashing } from './hashing.ts'
import type { Answered, Asked } from './hashing-process.ts'

/* The process that hashes passwords (hashing-process.ts). */

const hashing = argon2Hashing()

const done = async ({ work }: Asked) => {
  switch (work.kind) {
    case 'hash':
      return hashing.hash(work.password)
    case 'verify':
      return hashing.verify(work.hash, work.forms)
    case 'pretend':
      return hashing.pretend(work.password)
  }
}

const answer = (answered: Answered): void => {
  if (process.connected) process.send?.(answered)
}

process.on('message', (asked: Asked) => {
  done(asked).then(
    (result) => answer({ id: asked.id, result: result ?? undefined }),
    (error: unknown) =>
      answer({ id: asked.id, problem: error instanceof Error ? error.message : String(error) }),
  )
})
// The server decides when it has ended; a terminal or a service manager sends these to all processes alike.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.once('disconnect', () => process.exit(0))
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
} catch {
  // Where that is not allowed it hashes all the same.
}
