// The compiler emits modules only; the files that modules read beside themselves follow here.
import { cpSync } from 'node:fs'

cpSync('src/html/assets', 'dist/src/html/assets', { recursive: true })
