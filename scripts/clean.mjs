// The compiler leaves alone what it did not make: a module that was renamed or deleted would be there for ever.
import { rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
