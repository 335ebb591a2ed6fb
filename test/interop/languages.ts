/* The programs of test/interop: what they need, how they are built, and what they have to get done. */

/** In the order of the table. docs/interop.md says what each is. */
export const STEPS = [
  'discovery',
  'authorization-code',
  'id-token',
  'userinfo',
  'refresh',
  'client-credentials',
  'access-token',
  'introspection',
  'revocation',
  'logout',
  'device',
  'pushed-request',
  'dpop',
] as const

export type Step = (typeof STEPS)[number]

export type Command = readonly [program: string, ...args: string[]]

export interface Language {
  readonly name: string
  readonly library: string
  /** What has to be on the PATH. */
  readonly toolchain: readonly string[]
  /** Run in the folder of the language, one after the other. */
  readonly build: readonly Command[]
  readonly run: Command
  readonly environment?: Readonly<Record<string, string>>
  /** Steps that the library has nothing for. A program that leaves out any other one has failed. */
  readonly without: readonly Step[]
}

/**
 * @param artefacts where dependencies and what was compiled are kept from one run to the next.
 * @param authority the certificate that the programs are to trust, PEM.
 */
export const languagesIn = (artefacts: string, authority: string): readonly Language[] => {
  const at = (path: string): string => `${artefacts}/${path}`
  const keystore = `${authority}.p12`
  return [
    {
      name: 'python',
      library: 'Authlib',
      toolchain: ['python3'],
      build: [
        ['python3', '-m', 'venv', at('python')],
        [at('python/bin/pip'), 'install', '--quiet', '--require-hashes', '-r', 'requirements.txt'],
      ],
      run: [at('python/bin/python'), 'client.py'],
      without: ['pushed-request', 'dpop'],
    },
    {
      name: 'go',
      library: 'golang.org/x/oauth2, go-oidc',
      toolchain: ['go'],
      build: [['go', 'build', '-mod=readonly', '-o', at('go/client'), '.']],
      run: [at('go/client')],
      without: ['introspection', 'revocation', 'logout', 'pushed-request', 'dpop'],
    },
    {
      name: 'java',
      library: 'Nimbus oauth2-oidc-sdk',
      toolchain: ['java', 'keytool', 'mvn'],
      build: [
        ['mvn', '--quiet', '--batch-mode', `-Dartefacts=${at('java')}`, 'package'],
        [
          ...(['keytool', '-importcert', '-noprompt', '-file', authority] as const),
          ...['-keystore', keystore, '-storepass', 'changeit'],
        ],
      ],
      run: [
        'java',
        `-Djavax.net.ssl.trustStore=${keystore}`,
        '-Djavax.net.ssl.trustStorePassword=changeit',
        '-cp',
        `${at('java/classes')}:${at('java/dependency/*')}`,
        'Client',
      ],
      without: [],
    },
    {
      name: 'rust',
      library: 'openidconnect, jsonwebtoken',
      toolchain: ['cargo'],
      build: [['cargo', 'build', '--quiet', '--locked', `--target-dir=${at('rust')}`]],
      run: [at('rust/debug/client')],
      without: ['pushed-request', 'dpop'],
    },
    {
      name: 'ruby',
      library: 'openid_connect, jwt',
      toolchain: ['ruby', 'bundle'],
      build: [['bundle', 'install', '--quiet']],
      run: ['bundle', 'exec', 'ruby', 'client.rb'],
      without: ['introspection', 'logout', 'device', 'pushed-request', 'dpop'],
    },
    {
      name: 'php',
      library: 'jumbojett/openid-connect-php',
      toolchain: ['php', 'composer'],
      build: [['composer', 'install', '--quiet', '--no-interaction', '--prefer-source']],
      run: ['php', 'client.php'],
      environment: { COMPOSER_VENDOR_DIR: at('php') },
      without: ['device', 'pushed-request', 'dpop'],
    },
  ]
}
