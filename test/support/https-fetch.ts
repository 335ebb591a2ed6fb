import { request } from 'node:https'
import type { TestCertificate } from './certificate.ts'

/** As much of fetch as clients use, over TLS of this machine; with a client certificate if there is one. */
export const httpsFetch =
  (authority: Pick<TestCertificate, 'pem'>, by?: TestCertificate) =>
  (
    url: string,
    init: { method?: string; headers?: Record<string, string> | Headers; body?: unknown } = {},
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      const sent = request(
        url,
        {
          ca: authority.pem,
          agent: false,
          method: init.method ?? 'GET',
          headers: Object.fromEntries(new Headers(init.headers)),
          ...(by && { cert: by.pem, key: by.keyPem }),
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('end', () => {
            const { statusCode: status = 0, headers } = response
            const listed = Object.entries(headers).map(([name, value]): [string, string] => [
              name,
              String(value),
            ])
            resolve(new Response(Buffer.concat(parts), { status, headers: listed }))
          })
        },
      )
      sent.on('error', reject)
      sent.end(init.body instanceof URLSearchParams ? String(init.body) : init.body)
    })
