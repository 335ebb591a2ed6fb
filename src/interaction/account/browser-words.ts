import Bowser from 'bowser'
import type { ShownSession } from '../pages/account-sessions.tsx'

/** What a browser says it is, as its owner would say it; null if that cannot be told. */
export const browserIn = (userAgent: string | null): ShownSession['browser'] => {
  if (userAgent === null || userAgent === '') return null
  const { browser, os, platform } = Bowser.parse(userAgent)
  if (!browser.name) return null
  // People know an iPhone better than iOS.
  const system = platform.vendor === 'Apple' && platform.model ? platform.model : os.name
  return {
    name: browser.name,
    ...(system && { system }),
    isMobile: platform.type === 'mobile' || platform.type === 'tablet',
  }
}
