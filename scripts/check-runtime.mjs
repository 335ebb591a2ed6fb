// Runs before the npm scripts, on whatever Node there is: plain JavaScript that Node 12 can still read.
// npm puts the pinned Node of node_modules first in the PATH, unless it refused that package's install script.
import { readFileSync } from 'node:fs'

const needed = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).dependencies.node
const [major, minor] = process.versions.node.split('.').map(Number)

// 22.18 is the first that runs TypeScript files as they are; kysely and vitest refuse anything below 22.
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Latchkey needs Node 22.18 or newer and this is Node ${process.versions.node}: npm did not install the Node ${needed} it comes with, so run "npm rebuild --ignore-scripts=false" (or put a newer Node in the PATH) and try again.`,
  )
  process.exit(1)
}
