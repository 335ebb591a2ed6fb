import { describe, expect, test } from 'vitest'
import type { Client } from '../../src/clients/client.ts'
import { jwtTemplateProblem, reservedClaims } from '../../src/protocol/jwt-template.ts'
import { systemRandom } from '../../src/system/random.ts'
import { accessTokenClaims } from '../../src/tokens/access-token.ts'
import type { UserAuthorization } from '../../src/tokens/authorization.ts'
import { subjectOfToken } from '../../src/tokens/subject.ts'

describe('a JWT template is taken', () => {
  test.each([
    '{"urn:app:email": {{ user.email }}}',
    '{"urn:app:email": "{{user.email}}"}',
    `{"name": "{{ user.first_name || 'Someone' }} {{ user.last_name || 'Unknown' }}"}`,
    `{"tier": {{ organization.metadata.tier || "bronze" }}}`,
    `{"nickname": {{ user.metadata.nickname || user.email || 'Guest' }}}`,
    '{"domain": "{{ organization.domains.0.domain }}"}',
    '{"metadata": {{ user.metadata }}, "domains": {{organization.domains}}}',
    '{"role": "{{ organization_membership.role }}", "roles": [{{ organization_membership.roles }}]}',
    '{"department": {{ organization_membership.custom_attributes.department }}}',
    '{"a": {"b": [1, true, null, "{{ user.id }}"]}, "constant": 1}',
    '{"text": "\\"{{ user.id }}\\" \\\\"}',
    `{"bars": "{{ user.name || 'a||b' }}"}`,
    '{"gone": null, "here": {{user.name}}}',
    '\n { "a" : {{user.email}}\n}\n',
  ])('%s', (template) => {
    expect(jwtTemplateProblem(template)).toBeUndefined()
  })
})

describe('a JWT template is refused', () => {
  test.each<[template: string, problem: RegExp]>([
    ['', /not JSON/],
    ['null', /not a JSON object/],
    ['[]', /not a JSON object/],
    ['"{{user.id}}"', /not a JSON object/],
    ['{{user.metadata}}', /not a JSON object/],
    ['{}', /no claim/],
    ['{"a": null}', /no claim/],
    ['{"__proto__": {"a": 1}}', /__proto__/],
    ['{"a": [{"\\u005f_proto__": {{ user.metadata }}}]}', /__proto__/],
    ['{"a": {{user.id}}', /not JSON/],
    ['{"a": 1{{user.id}}}', /stand alone/],
    ['{"a": {{user.id}}{{user.email}}}', /stand alone/],
    ['{"a": {{user.id}} "b"}', /stand alone/],
    ['{"a": {{ user.id }', /not an expression/],
    ['{"a": "{{ user.id"}', /not an expression/],
    ['{"a": "{{ {user.id} }}"}', /not an expression/],
    ['{"a": {{}}}', /not made of paths/],
    ['{"a": {{ user.id || }}}', /not made of paths/],
    ['{"a": {{ || user.id }}}', /not made of paths/],
    ['{"a": {{ user.id | upcase }}}', /not made of paths/],
    ['{"a": {{ user.id user.id }}}', /not made of paths/],
    ['{"a": {{ user..id }}}', /not made of paths/],
    [`{"a": {{ 'it''s' }}}`, /not made of paths/],
    ['{"a": "{{ user.name || "x" }}"}', /quotation mark/],
    [`{"a": "{{ user.name || '\\"' }}"}`, /quotation mark/],
    ['{"a": {{ usr.email }}}', /usr.email, which does not exist/],
    ['{"a": {{ user.emial }}}', /user.emial, which does not exist/],
    ['{"a": {{ user.email.x }}}', /does not exist/],
    ['{"a": {{ user.constructor }}}', /does not exist/],
    ['{"a": {{ user.__proto__ }}}', /does not exist/],
    ['{"a": {{ user.metadata.a.b }}}', /does not exist/],
    ['{"a": {{ organization.domains.first }}}', /does not exist/],
    ['{"a": {{ user.password_hash }}}', /does not exist/],
    ['{"a": "{{ user.metadata }}"}', /not a single value/],
    ['{"a": "{{ user }}"}', /not a single value/],
    ['{"a": "{{ organization.domains }}"}', /not a single value/],
    [`{"a": "{{ user.name || user.metadata }}"}`, /not a single value/],
    ['{"{{ user.id }}": 1}', /in the name/],
    ['{"a": {"{{ user.id }}": 1}}', /in the name/],
    ['{ {{ user.id }}: 1}', /in the name/],
    ['{"\\u0073ub": "x"}', /sets sub/],
    [`{"a": ${'['.repeat(9)}${']'.repeat(9)}}`, /nested/],
    [`{"a": ${'['.repeat(4000)}${']'.repeat(4000)}}`, /nested/],
    [`{"a": "${'x'.repeat(3072)}"}`, /3072 bytes/],
    [`{"a": "${'é'.repeat(1600)}"}`, /3072 bytes/],
    [`{"a": "${'{{user.id}}'.repeat(1000)}"}`, /8192 characters/],
  ])('%s', (template, problem) => {
    expect(jwtTemplateProblem(template)).toMatch(problem)
  })

  test.each([...reservedClaims])('that sets %s', (claim) => {
    expect(jwtTemplateProblem(JSON.stringify({ [claim]: 'x', other: 1 }))).toBe(
      `sets ${claim}, which is not the template's to set`,
    )
  })
})

test('every claim of an access token is reserved', () => {
  const claims = accessTokenClaims(
    {
      subject: 'user',
      client: { accessTokenSeconds: null } as Client,
      credentialId: 'secret_',
      user: { id: 'user_' },
      consentId: 'app_consent_',
      grantId: 'grant_',
      organizationId: 'org_',
      scopes: ['openid'],
      target: { resources: [], authorizationDetails: [{ type: 'payment' }] },
      authenticatedAt: new Date(0),
      amr: ['pwd'],
      terms: null,
    } as unknown as UserAuthorization,
    { subject: subjectOfToken('user_'), confirmation: { jkt: 'thumbprint' } },
    { issuer: 'https://id.example.com', audience: 'client_', seconds: 1 },
    new Date(0),
    systemRandom,
  )
  expect(Object.keys(claims).filter((claim) => !reservedClaims.has(claim))).toEqual([])
})
