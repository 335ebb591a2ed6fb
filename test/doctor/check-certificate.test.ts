import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { checkCertificate } from '../../src/doctor/check-certificate.ts'
import { seeCertificate } from '../../src/system/seen-certificate.ts'
import { createTlsServer } from '../../src/system/tls-server.ts'
import { newCertificate } from '../support/certificate.ts'
import { levelsOf } from './levels.ts'

const now = new Date('2026-01-01T00:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 24 * 3600 * 1000)

describe('a certificate', () => {
  test.each([
    [90, 'ok'],
    [14, 'ok'],
    [13, 'warning'],
    [0, 'warning'],
  ])('that is valid for %d more days is %s', (days, level) => {
    expect(levelsOf([checkCertificate({ validTo: inDays(days), refusal: undefined }, 'host', now)])).toEqual([
      level,
    ])
  })

  test.each(['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])(
    'that clients refuse by %s is a problem',
    (refusal) => {
      expect(levelsOf([checkCertificate({ validTo: inDays(90), refusal }, 'host', now)])).toEqual(['problem'])
    },
  )

  test('is seen with its end, and with why clients refuse it', async () => {
    const certificate = newCertificate({ days: 20, alternativeNames: { dns: ['localhost'] } })
    const server = createTlsServer(
      { certificate: certificate.pem, key: certificate.keyPem },
      undefined,
      () => {},
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const seen = await seeCertificate({ host: '127.0.0.1', port, milliseconds: 10_000 })
      expect(seen.refusal).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
      expect(Math.round((seen.validTo.getTime() - Date.now()) / (24 * 3600 * 1000))).toBe(20)
    } finally {
      server.close()
    }
  })

  test('is not seen where nobody listens', async () => {
    await expect(seeCertificate({ host: '127.0.0.1', port: 1, milliseconds: 10_000 })).rejects.toThrow(
      'ECONNREFUSED',
    )
  })
})
