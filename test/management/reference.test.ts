import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let page: Response
let html: string
beforeAll(async () => {
  app = await startTestApp()
  page = await fetch(`${app.issuer}/reference`)
  html = await page.text()
})
afterAll(() => app[Symbol.asyncDispose]())

const attributes = (name: string): string[] =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value)

describe('the page of the API reference', () => {
  test('lets nothing run, load or be asked but from this server, and is in no frame', () => {
    expect(page.status).toBe(200)
    const policy = page.headers.get('content-security-policy')?.split('; ') ?? []
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]),
    )
    expect(policy.join()).not.toMatch(/unsafe|https?:|\*/)
    expect(page.headers.get('cache-control')).toBe('no-store')
  })

  test('has its script and its style in files that may be kept for ever', async () => {
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc="\/)|<script[^>]*>[^<]/)
    for (const path of [
      ...attributes('src'),
      ...attributes('href').filter((href) => href.endsWith('.css')),
    ]) {
      const asset = await fetch(app.issuer + path)
      expect([path, asset.status]).toEqual([path, 200])
      expect(asset.headers.get('cache-control')).toContain('immutable')
      expect(asset.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/)
      await asset.arrayBuffer()
    }
  })

  test('shows every operation once, and each of its links leads somewhere', async () => {
    const ids = attributes('id')
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    const within = attributes('href').filter((href) => href.startsWith('#'))
    expect(within.filter((href) => !ids.includes(href.slice(1)))).toEqual([])
    const { paths } = (await (await fetch(`${app.issuer}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>
    }
    const operationIds = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    )
    expect(operationIds.filter((id) => !ids.includes(id))).toEqual([])
  })
})
