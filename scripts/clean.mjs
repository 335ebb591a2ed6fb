// The bundler leaves alone what it did not make: a file that is made no more would be there for ever.
import { rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
