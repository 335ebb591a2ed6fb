import { parentPort, workerData } from 'node:worker_threads'
import { compareSync } from 'bcryptjs'

/** Answers one question, whether a password is the one of a hash, and ends. */
const { password, hash } = workerData as { readonly password: string; readonly hash: string }

parentPort?.postMessage(compareSync(password, hash))
