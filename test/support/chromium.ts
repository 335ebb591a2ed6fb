import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

/**
 * Chromium from the npm registry alone, so that browser tests need no installation step. `CHROMIUM_PATH` names an
 * installed one instead: needed where npm's does not run, which is built for Linux on x64.
 */
export const launchChromium = async (options: LaunchOptions = {}): Promise<Browser> => {
  const installed = process.env['CHROMIUM_PATH']
  if (installed !== undefined && !existsSync(installed)) {
    throw new Error(`CHROMIUM_PATH is ${installed}, where there is no file.`)
  }
  if (installed === undefined && (process.platform !== 'linux' || process.arch !== 'x64')) {
    throw new Error('On this system the browser tests need CHROMIUM_PATH to name an installed Chromium.')
  }
  const found = installed === undefined ? unpacked() : { executablePath: installed }
  return chromium.launch({ args: [...flags], ...found, ...options })
}

// The flags @sparticuz/chromium proposes are not used: they switch off web security and site isolation.
const flags = [
  // Chromium's sandbox does not start as root, as which containers and CI run; the pages are our own.
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  // Nothing but the test's own server is asked, so that a closed network neither slows nor fails a run.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--no-pings',
]

/**
 * The npm package is an archive: unpack it once per checkout and version, and rename it into place, so that test
 * files that start together never run half a browser.
 */
const unpacked = (): LaunchOptions => {
  const root = dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
  const directory = join(cache, `chromium-${version}`)
  if (!existsSync(directory)) unpack(join(root, 'bin'), directory)
  return {
    executablePath: join(directory, 'chromium'),
    env: {
      ...process.env,
      // NSS, which a bare system lacks.
      LD_LIBRARY_PATH: join(directory, 'lib'),
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: join(directory, 'fonts.conf') }),
    },
  }
}

const unpack = (archives: string, directory: string): void => {
  mkdirSync(dirname(directory), { recursive: true })
  const staging = mkdtempSync(`${directory}-`)
  try {
    const content = (name: string) => brotliDecompressSync(readFileSync(join(archives, name)))
    writeFileSync(join(staging, 'chromium'), content('chromium.br'), { mode: 0o755 })
    for (const name of ['al2023.tar.br', 'fonts.tar.br']) {
      execFileSync('tar', ['-x', '-C', staging], { input: content(name) })
    }
    // The one in the archive names the directories of another system.
    writeFileSync(
      join(staging, 'fonts.conf'),
      `<?xml version="1.0"?><fontconfig><dir>${directory}/fonts</dir><cachedir>${directory}/fonts-cache</cachedir></fontconfig>`,
    )
    renameSync(staging, directory)
  } catch (error) {
    rmSync(staging, { recursive: true, force: true })
    // Another test file was first.
    if (!existsSync(join(directory, 'chromium'))) throw error
  }
}
