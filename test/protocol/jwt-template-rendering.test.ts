import { describe, expect, test } from 'vitest'
import { readJwtTemplate, renderJwtTemplate } from '../../src/protocol/jwt-template-rendering.ts'

const data = {
  user: {
    id: 'user_1',
    email: 'ada@example.com',
    email_verified: true,
    first_name: 'Ada',
    last_name: null,
    metadata: { plan: 'pro', empty: '' },
  },
  organization: null,
  organization_membership: null,
}
const render = (template: string, about: typeof data = data) =>
  renderJwtTemplate(readJwtTemplate(template), about)

describe('rendering', () => {
  test.each([
    ['a value stands for itself', '{"a": {{ user.email_verified }} }', { a: true }],
    ['a text has it inside', '{"a": "<{{ user.email }}>"}', { a: '<ada@example.com>' }],
    ['an object stands alone', '{"a": {{user.metadata}} }', { a: { plan: 'pro', empty: '' } }],
    [
      'the first that is not empty wins',
      '{"a": {{ user.last_name || user.metadata.empty || user.id }} }',
      { a: 'user_1' },
    ],
    ['a literal is the last resort', `{"a": {{ organization.name || 'none' }} }`, { a: 'none' }],
    [
      'null in a text is empty, and blanks around are trimmed',
      '{"a": "{{user.first_name}} {{user.last_name}}"}',
      { a: 'Ada' },
    ],
    ['null at the top is left out', '{"a": {{ user.last_name }}, "b": 1, "c": null}', { b: 1 }],
    [
      'null further in stays',
      '{"a": {"b": {{ organization.name }} }, "c": [null, 2]}',
      { a: { b: null }, c: [null, 2] },
    ],
    ['what metadata does not have is null', '{"a": {{ user.metadata.other }}, "b": 1}', { b: 1 }],
    ['what every object has is not of the user', '{"a": {{ user.metadata.constructor }}, "b": 1}', { b: 1 }],
    [
      'a claim of any name is just a claim',
      '{"__proto__": "{{ user.id }}"}',
      JSON.parse('{"__proto__": "user_1"}'),
    ],
    ['braces that JSON escapes stand for nobody', '{"a": "\\u007b\\u007b7}}"}', { a: '' }],
  ])('%s', (_, template, claims) => {
    expect(render(template)).toEqual({ claims })
  })

  test('what values say is not rendered again', () => {
    const about = { ...data, user: { ...data.user, first_name: '{{ user.email }} {{0}} {{=0}}' } }
    expect(render('{"a": "{{ user.first_name }}"}', about)).toEqual({
      claims: { a: '{{ user.email }} {{0}} {{=0}}' },
    })
  })

  test('has no dollar pattern, quotation mark or brace of a value do anything', () => {
    const name = `$& $1 "} \\ '`
    const about = { ...data, user: { ...data.user, first_name: name } }
    expect(render('{"a": "x{{ user.first_name }}x", "b": {{ user.first_name }} }', about)).toEqual({
      claims: { a: `x${name}x`, b: name },
    })
  })

  test('what is reserved since the template was set is left out', () => {
    expect(render('{"sub": "x", "cnf": {"jkt": "x"}, "a": 1}')).toEqual({ claims: { a: 1 } })
  })

  test('more than 3072 bytes are refused, however many characters they are', () => {
    const of = (name: string) =>
      render('{"a": {{ user.first_name }} }', { ...data, user: { ...data.user, first_name: name } })
    expect(of('x'.repeat(3064))).toHaveProperty('claims')
    expect(of('x'.repeat(3065))).toEqual({
      problem: 'makes 3073 bytes of claims, which are more than 3072',
    })
    expect(of('€'.repeat(1022))).toHaveProperty('problem')
  })

  test('a template without paths asks for nobody', () => {
    expect(readJwtTemplate(`{"a": "{{ 'x' }}"}`).hasPaths).toBe(false)
    expect(readJwtTemplate('{"a": "{{ user.id }}"}').hasPaths).toBe(true)
  })
})
