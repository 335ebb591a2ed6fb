import { paths } from '../../protocol/paths.ts'
import { type Integration, lines, quotedForShell, type Snippet } from './snippet.ts'

/** Read on standard input, so that it is in no list of processes. */
const withSecret = ({ clientId }: Integration): string =>
  `  --config - <<< "user = \\"${clientId}:$CLIENT_SECRET\\""`

export const curl = (integration: Integration): Snippet => {
  const { issuer, clientId, redirectUri, scopes, secretVariable } = integration
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    code_challenge_method: 'S256',
  })
  return {
    id: 'curl',
    label: 'curl',
    about: 'The flow by hand, in a shell: what each library does.',
    install: undefined,
    file: 'sign-in.sh',
    code: lines(
      '#!/usr/bin/env bash',
      'set -euo pipefail',
      '',
      '# 1. The browser goes to the authorization endpoint; the challenge is the hash of what only this shell knows.',
      "verifier=$(openssl rand -base64 48 | tr '+/' '-_' | tr -d '=\\n')",
      "challenge=$(printf %s \"$verifier\" | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=\\n')",
      'state=$(openssl rand -hex 16)',
      `echo "Open: ${issuer}${paths.authorize}?${request}&code_challenge=$challenge&state=$state"`,
      '',
      '# 2. It comes back to the redirect URI, with a code that holds for a minute. Copy the address here.',
      'read -rp "Came back to: " address',
      '[[ $address == *"state=$state"* ]] || { echo "The state is another one." >&2; exit 1; }',
      '[[ $address =~ [?\\&]code=([^\\&]+) ]] || { echo "There is no code in it." >&2; exit 1; }',
      '',
      '# 3. The code becomes tokens.',
      `curl --silent --show-error --fail-with-body '${issuer}${paths.token}' \\`,
      '  --data grant_type=authorization_code \\',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of the shell.
      '  --data "code=${BASH_REMATCH[1]}" \\',
      `  --data-urlencode ${quotedForShell(`redirect_uri=${redirectUri}`)} \\`,
      secretVariable
        ? '  --data "code_verifier=$verifier" \\'
        : `  --data "code_verifier=$verifier" --data-urlencode 'client_id=${clientId}'`,
      secretVariable && withSecret(integration),
      '',
    ),
  }
}

export const curlCredentials = (integration: Integration): Snippet => ({
  id: 'curl',
  label: 'curl',
  about: 'A token for the program itself, in a shell.',
  install: undefined,
  file: 'token.sh',
  code: lines(
    '#!/usr/bin/env bash',
    'set -euo pipefail',
    '',
    `curl --silent --show-error --fail-with-body '${integration.issuer}${paths.token}' \\`,
    '  --data grant_type=client_credentials \\',
    integration.scopes.length > 0 && `  --data-urlencode 'scope=${integration.scopes.join(' ')}' \\`,
    withSecret(integration),
    '',
  ),
})
