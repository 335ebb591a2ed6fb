import { z } from 'zod'
import type { Client } from '../clients/client.ts'
import { invalidGrant, OAuthError } from '../protocol/error.ts'
import type { Stores } from '../storage/index.ts'
import type { AwaitedDecision } from '../storage/stores/device-authorizations.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'
import { firstRefreshToken, type GrantLifetimes, newGrant } from '../tokens/new-grant.ts'
import { newRefreshToken } from '../tokens/refresh-token.ts'
import type { RevokeGrant } from '../tokens/revoke-grant.ts'
import { narrowedTarget } from '../tokens/target.ts'
import { defineGrant, type Grant } from './grant.ts'

export interface DeviceCodeGrant {
  readonly stores: Pick<Stores, 'deviceAuthorizations'>
  readonly revokeGrant: RevokeGrant
  readonly random: Random
  readonly lifetimes: () => Promise<GrantLifetimes>
}

/** RFC 8628 §3.5: the interval grows by 5 seconds each time. */
const SLOW_DOWN_SECONDS = 5

/** Timers may be early, and clocks of nodes differ; neither is impatience. */
const POLL_LENIENCY_SECONDS = 0.5

/** RFC 8628 §3.4, §3.5 */
export const deviceCodeGrant = ({ stores, revokeGrant, random, lifetimes }: DeviceCodeGrant): Grant => {
  /** What it has come to, if that is not yet, or no more, tokens. @throws OAuthError */
  const refuseUnlessApproved = async (
    found: AwaitedDecision | undefined,
    deviceCodeHash: string,
    client: Client,
    now: Date,
  ): Promise<void> => {
    if (!found) throw invalidGrant('unknown device code', 'unknown_grant')
    // RFC 8628 §3.4: whoever asks is who the code was issued to. Another client learns nothing about it.
    if (found.clientId !== client.clientId) {
      throw invalidGrant('the device code belongs to another client', 'other_client')
    }
    if (found.status === 'redeemed') {
      // As RFC 6749 §4.1.2 and RFC 9700 §4.5 have it of authorization codes: two hold it, and one is a thief.
      await revokeGrant(found.grantId, 'device_code_replayed', client, now)
      throw invalidGrant('the device code was used before; its grant is revoked', 'replayed')
    }
    if (found.status === 'denied') throw new OAuthError('access_denied', 'The user denied the request.')
    if (found.expiresAt <= now) throw new OAuthError('expired_token', 'The device code has expired.')
    if (found.status === 'approved') return
    const { poll, slowDown } = stores.deviceAuthorizations
    const isPatient = await poll(deviceCodeHash, POLL_LENIENCY_SECONDS, now)
    if (!isPatient && (await slowDown(deviceCodeHash, SLOW_DOWN_SECONDS, now))) {
      throw new OAuthError(
        'slow_down',
        `The user has not decided yet. Wait ${SLOW_DOWN_SECONDS} seconds longer each time from now on.`,
      )
    }
    // Not patient, and decided between the two looks: the next one tells.
    throw new OAuthError('authorization_pending', 'The user has not decided yet.')
  }

  return defineGrant({
    grantType: 'urn:ietf:params:oauth:grant-type:device_code',
    parameters: { device_code: z.string() },
    // Not while the user decides: anybody gets a code, and asks as often as they like.
    isHeld: async ({ device_code: code }, { authenticated: { client } }) => {
      const found = await stores.deviceAuthorizations.find(sha256(code))
      return found?.clientId === client.clientId && ['approved', 'redeemed'].includes(found.status)
    },
    exchange: async (
      parameters,
      { authenticated: { client, credentialId }, confirmation, requested, useProof, now },
    ) => {
      const deviceCodeHash = sha256(parameters.device_code)
      const find = () => stores.deviceAuthorizations.find(deviceCodeHash)
      const found = await find()
      await refuseUnlessApproved(found, deviceCodeHash, client, now)
      // Before the code is used up: whoever it was issued to is told what else there is to ask for.
      if (found) narrowedTarget(found.terms, requested)
      // Its user may have approved it since isHeld looked: with a proof that was used before the code stays as it is.
      await useProof()
      const refresh = newRefreshToken(random)
      const seconds = await lifetimes()
      const grant = newGrant(client, seconds, confirmation, now)
      const refreshToken = firstRefreshToken(client, seconds, refresh, now)
      const proof = { deviceCodeHash, applicationId: client.id, confirmation }
      const redeemed = await stores.deviceAuthorizations.redeem(proof, grant, refreshToken, now)
      if (!redeemed) {
        // Somebody else was faster; or what it stood on has gone.
        await refuseUnlessApproved(await find(), deviceCodeHash, client, now)
        throw invalidGrant('the consent, the session or the membership has ended', 'ended')
      }
      return {
        ...redeemed,
        subject: 'user',
        client,
        credentialId,
        target: narrowedTarget(redeemed.terms, requested),
        refreshToken: redeemed.scopes.includes('offline_access') ? refresh.token : undefined,
      }
    },
  })
}
