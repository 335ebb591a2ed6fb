import { type Integration, lines, type Snippet } from './snippet.ts'

const spring = (
  { issuer, clientId, secretVariable, scopes }: Integration,
  registration: readonly (string | false)[],
): string =>
  lines(
    'spring:',
    '  security:',
    '    oauth2:',
    '      client:',
    '        provider:',
    '          latchkey:',
    `            issuer-uri: "${issuer}"`,
    '        registration:',
    '          latchkey:',
    `            client-id: "${clientId}"`,
    secretVariable
      ? `            client-secret: "\${${secretVariable}}"`
      : '            client-authentication-method: "none"',
    ...registration,
    scopes.length > 0 && `            scope: "${scopes.join(',')}"`,
    '',
  )

export const springLogin = (integration: Integration): Snippet => ({
  id: 'spring',
  label: 'Spring',
  about:
    'Spring Boot with oauth2Login(). It answers at /login/oauth2/code/latchkey, which has to be the path of the redirect ' +
    'URI, unless redirectionEndpoint().baseUri(…) says another.',
  install: 'org.springframework.boot:spring-boot-starter-oauth2-client',
  file: 'application.yml',
  code: spring(integration, [
    '            authorization-grant-type: "authorization_code"',
    `            redirect-uri: "${integration.redirectUri}"`,
  ]),
})

export const springCredentials = (integration: Integration): Snippet => ({
  id: 'spring',
  label: 'Spring',
  about: 'Spring Boot: an OAuth2AuthorizedClientManager gets a token for the program itself.',
  install: 'org.springframework.boot:spring-boot-starter-oauth2-client',
  file: 'application.yml',
  code: spring(integration, ['            authorization-grant-type: "client_credentials"']),
})
