import type { ClientId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Counter } from '../storage/stores/rate-limits.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'

/*
 * How often a device may ask for a code, and a person may try one; on all nodes together.
 */

export interface DeviceLimits {
  readonly request: {
    readonly windowSeconds: number
    /** Of all clients; many devices may share an address. */
    readonly perAddress: number
    readonly perClientAndAddress: number
  }
  readonly entry: {
    readonly windowSeconds: number
    readonly perAddress: number
    readonly perBrowser: number
    readonly perAccount: number
  }
}

/**
 * RFC 8628 §5.1: as many codes as may be tried while one holds (lifetimes.deviceCodeSeconds). A thousand devices that
 * wait at once, and a hundred codes tried from one address: one of 250,000 who try hits one.
 */
export const deviceLimits: DeviceLimits = {
  request: { windowSeconds: 60, perAddress: 120, perClientAndAddress: 60 },
  entry: { windowSeconds: 300, perAddress: 100, perBrowser: 20, perAccount: 20 },
}

/** @returns in how many seconds it may ask again; undefined if it may now. */
export const countDeviceRequest = (
  stores: Pick<Stores, 'rateLimits'>,
  { windowSeconds, perAddress, perClientAndAddress }: DeviceLimits['request'],
  { clientId, address }: { readonly clientId: ClientId; readonly address: string },
  now: Date,
): Promise<number | undefined> => {
  const network = networkOf(address)
  return waitOf(
    stores,
    [
      { keyHash: sha256(`device request address ${network}`), windowSeconds, most: perAddress },
      {
        keyHash: sha256(`device request client ${clientId} ${network}`),
        windowSeconds,
        most: perClientAndAddress,
      },
    ],
    now,
  )
}

/**
 * Counts a code that somebody typed in. Right ones count too: who has a device of their own could otherwise begin anew
 * as often as they like.
 *
 * @returns in how many seconds they may try again; undefined if they may now.
 */
export const countCodeEntry = (
  stores: Pick<Stores, 'rateLimits'>,
  { windowSeconds, perAddress, perBrowser, perAccount }: DeviceLimits['entry'],
  from: { readonly address: string; readonly browser: string; readonly userId: UserId | undefined },
  now: Date,
): Promise<number | undefined> => {
  const counter = (what: string, most: number): Counter => ({
    keyHash: sha256(`device code entry ${what}`),
    windowSeconds,
    most,
  })
  return waitOf(
    stores,
    [
      counter(`address ${networkOf(from.address)}`, perAddress),
      counter(`browser ${from.browser}`, perBrowser),
      ...(from.userId === undefined ? [] : [counter(`account ${from.userId}`, perAccount)]),
    ],
    now,
  )
}

const waitOf = async (
  stores: Pick<Stores, 'rateLimits'>,
  counters: readonly Counter[],
  now: Date,
): Promise<number | undefined> => {
  const { exceeded } = await stores.rateLimits.countInTurn(counters, now)
  return exceeded?.retryAfterSeconds
}
