import type { Visited } from './browser.ts'

/** A page without what has to differ from that of somebody else: who they say they are, and what is sealed. */
export const comparable = ({ status, body }: Visited, email: string): string =>
  `${status} ${body}`
    .replaceAll(email, 'EMAIL')
    .replaceAll(/<span class="tile tile-round tile-tint-\d"[^>]*>.<\/span>/gu, 'TILE')
    .replace(/name="(csrf_token|request|progress|challenge)" value="[^"]*"/g, 'name="$1"')
    .replace(/data-options="[^"]*"/g, '')
    .replace(/href="\/sign-in\?[^"]*"/g, 'href="/sign-in"')
