import { describe, expect, test } from 'vitest'
import { createLogger, type Logger, type LogLevel, pathOf } from '../../src/observability/logger.ts'

const SECRET = 'kT9fq2-must-never-be-seen'

const logged = (write: (logger: Logger) => void, level: LogLevel = 'debug') => {
  const lines: string[] = []
  write(createLogger({ level }, { write: (line: string) => void lines.push(line) }))
  return { text: lines.join(''), lines: lines.map((line): unknown => JSON.parse(line)) }
}

describe('the log', () => {
  test('is one line of JSON a thing, with its instant and level', () => {
    const { lines } = logged((logger) => logger.info({ clientId: 'client_1' }, 'request'))
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        clientId: 'client_1',
        msg: 'request',
      },
    ])
  })

  test('says no more than its level', () => {
    const write = (logger: Logger) => {
      logger.info('info')
      logger.error('error')
    }
    expect(logged(write, 'error').lines).toMatchObject([{ msg: 'error' }])
    expect(logged(write, 'silent').lines).toEqual([])
  })

  test('holds no value of a field that is named like a secret, at any depth and in any spelling', () => {
    const fields = [
      ...['access_token', 'accessToken', 'refresh_token', 'refreshToken', 'id_token', 'id_token_hint'],
      ...['token', 'code', 'code_verifier', 'codeVerifier', 'client_secret', 'clientSecret', 'secret'],
      ...['client_assertion', 'password', 'passwordHash', 'csrf_token', 'authorization', 'Authorization'],
      ...['cookie', 'Cookie', 'set-cookie', 'Set-Cookie', 'sealed', 'apiKey', 'api_key'],
    ]
    const { text, lines } = logged((logger) => {
      for (const field of fields) {
        logger.info({ [field]: SECRET })
        logger.info({ [field]: { value: SECRET } })
        logger.info({ form: { [field]: SECRET } })
        logger.info({ a: { b: [{ c: { [field]: SECRET } }] } })
        logger.child({ [field]: SECRET }).info('child')
      }
    })
    expect(lines).toHaveLength(5 * fields.length)
    expect(text).not.toContain(SECRET)
  })

  test('leaves other fields as they are', () => {
    const fields = {
      at: new Date(0),
      list: [1, 'two', null],
      nested: { tokens: 3, grantType: 'x' },
      none: null,
    }
    expect(logged((logger) => logger.info(fields)).lines).toMatchObject([
      { ...fields, at: '1970-01-01T00:00:00.000Z' },
    ])
  })

  test('takes of a request its ID, method, address, and path without query', () => {
    const req = {
      id: 'req-1',
      method: 'GET',
      url: `/oauth2/authorize/continue?request=${SECRET}#${SECRET}`,
      ip: '192.0.2.1',
      headers: { cookie: SECRET, authorization: SECRET },
      body: { password: SECRET },
    }
    const { text, lines } = logged((logger) => logger.info({ req }))
    expect(text).not.toContain(SECRET)
    expect(lines).toMatchObject([
      {
        req: { requestId: 'req-1', method: 'GET', path: '/oauth2/authorize/continue', address: '192.0.2.1' },
      },
    ])
  })

  test('takes of a response its status', () => {
    const res = { statusCode: 302, headers: { location: SECRET, 'set-cookie': SECRET } }
    expect(logged((logger) => logger.info({ res })).lines).toMatchObject([{ res: { status: 302 } }])
  })

  test('takes of an error its name, message, place, code and causes, and nothing that rides along', () => {
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: `Key (email)=(${SECRET}) already exists.`,
      parameters: [SECRET],
      table: 'user',
      constraint: 'user_normalized_email_key',
    })
    const error = Object.assign(new RangeError('failed', { cause }), { request: { body: SECRET } })
    const { text, lines } = logged((logger) => {
      logger.error(error, 'one')
      logger.error({ err: error }, 'two')
      logger.error({ error }, 'three')
      logger.error({ reason: error }, 'four')
    })
    expect(text).not.toContain(SECRET)
    const taken = {
      type: 'RangeError',
      message: 'failed',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { errorCode: '23505', table: 'user', constraint: 'user_normalized_email_key' },
    }
    expect(lines).toMatchObject([
      { err: taken, msg: 'one' },
      { err: taken },
      { error: taken },
      { reason: taken },
    ])
  })

  test('of what is thrown that is no error, and of objects of other classes, takes nothing', () => {
    class Connection {
      readonly key = SECRET
    }
    const { text, lines } = logged((logger) => {
      logger.error({ err: SECRET })
      logger.info({ connection: new Connection(), headers: new Headers({ cookie: SECRET }) })
    })
    expect(text).not.toContain(SECRET)
    expect(lines).toMatchObject([{ err: { type: 'string' } }, { connection: '[Connection]' }])
  })

  test('survives causes and objects that go in circles', () => {
    const error = new Error('round')
    error.cause = error
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(logged((logger) => logger.error({ err: error, circle })).lines).toHaveLength(1)
  })

  test('a path is the part before the query', () => {
    expect(pathOf('/a?b=c#d')).toBe('/a')
    expect(pathOf('/a#d')).toBe('/a')
    expect(pathOf('/')).toBe('/')
  })
})
