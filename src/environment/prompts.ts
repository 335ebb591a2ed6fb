import { type Prompt, prompts } from '../protocol/prompt.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Environment } from './environment-registry.ts'

type SignUpSettings = Pick<Settings, 'signUp' | 'canSendMail' | 'standaloneSignedRequest'>

/**
 * The values of `prompt` that are supported where people sign in at this page of the operator's own; null: here.
 * Initiating User Registration via OpenID Connect §4: `create` where accounts are created, by our pages, which send a code,
 * or by one that is told of it.
 */
export const supportedPrompts = (
  { signUp, canSendMail, standaloneSignedRequest }: SignUpSettings,
  loginUri: string | null,
): readonly Prompt[] => {
  const creates = signUp && (loginUri === null ? canSendMail : standaloneSignedRequest)
  return prompts.filter((prompt) => prompt !== 'create' || creates)
}

/** For discovery: those that are supported anywhere. */
export const announcedPrompts = ({
  settings,
  loginUris,
}: Pick<Environment, 'settings' | 'loginUris'>): readonly Prompt[] => {
  const pages = [settings.standaloneLoginUri, ...loginUris.map(({ uri }) => uri)]
  const supported = pages.flatMap((page) => supportedPrompts(settings, page))
  return prompts.filter((prompt) => supported.includes(prompt))
}
