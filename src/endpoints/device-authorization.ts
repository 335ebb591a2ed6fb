import type { FastifyPluginAsync } from 'fastify'
import { authorizeDevice, type DeviceAuthorizing } from '../authorization/authorize-device.ts'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import { type ClientEndpoint, readClientRequest, refuseOtherMethods } from './client-request.ts'

export interface DeviceAuthorizationEndpoint extends ClientEndpoint {
  readonly issuer: string
  readonly deviceAuthorizing: DeviceAuthorizing
}

/** RFC 8628 §3.1, §3.2 */
export const deviceAuthorizationEndpoint =
  (dependencies: DeviceAuthorizationEndpoint): FastifyPluginAsync =>
  async (app) => {
    const verificationUri = dependencies.issuer + paths.device
    refuseOtherMethods(app, paths.deviceAuthorization)
    app.post(paths.deviceAuthorization, async (request) => {
      const { now, form, authenticated } = await readClientRequest(dependencies, request)
      const requesting = { client: authenticated.client, address: request.ip }
      const device = await authorizeDevice(dependencies.deviceAuthorizing, form, requesting, now)
      note(request, { outcome: 'device waits' })
      return {
        device_code: device.deviceCode,
        user_code: device.userCode,
        verification_uri: verificationUri,
        verification_uri_complete: `${verificationUri}?${new URLSearchParams({ user_code: device.userCode })}`,
        expires_in: device.expiresInSeconds,
        interval: device.pollSeconds,
      }
    })
  }
