import type { Config } from '../config/config.ts'
import type { Logger } from '../observability/logger.ts'
import { isOnDevelopersMachine } from '../protocol/issuer.ts'
import { paths } from '../protocol/paths.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Stores } from '../storage/index.ts'
import type { Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { createSendMail } from '../system/smtp.ts'
import { type DeliveringMail, deliverMail } from './deliver.ts'
import { createDevelopmentOutbox, type DevelopmentOutbox } from './development-outbox.ts'
import { type BrandedEnvironment, createMailBranding } from './mail-branding.ts'
import { createQueueMail, type QueueMail } from './queue.ts'

export interface MailDelivery {
  /** Whether a mail that is queued arrives anywhere: what needs mail is offered only then. */
  readonly canSend: boolean
  readonly queue: QueueMail
  /** Sends until nothing is due. */
  readonly deliver: (signal: AbortSignal) => Promise<void>
  /** On the developer's own machine, where there is no server to send it. */
  readonly developmentOutbox: DevelopmentOutbox | undefined
}

export interface Mailing extends Pick<DeliveringMail, 'clock'> {
  readonly config: Pick<Config, 'issuer' | 'mail'>
  readonly stores: DeliveringMail['stores'] & Pick<Stores, 'logos'>
  readonly branded: () => Promise<BrandedEnvironment>
  readonly sealer: Sealer
  readonly random: Random
  readonly logger: Logger
}

/** The address that mail on the developer's machine is from: of a name that is nobody's (RFC 2606 §2). */
const DEVELOPER = { name: undefined, address: 'latchkey@localhost.test' } as const

export const createMail = ({
  config,
  stores,
  branded,
  sealer,
  clock,
  random,
  logger,
}: Mailing): MailDelivery => {
  const developmentOutbox =
    isOnDevelopersMachine(config.issuer) && !config.mail
      ? createDevelopmentOutbox(({ to, subject, text }) =>
          logger.info({ to, subject, text }, 'mail, which nobody sends: LATCHKEY_SMTP_URL is not set'),
        )
      : undefined
  const send = config.mail ? createSendMail(config.mail.smtp) : developmentOutbox?.send
  const delivering: DeliveringMail | undefined = send && {
    stores,
    sealer,
    send,
    from: config.mail?.from ?? DEVELOPER,
    branding: createMailBranding(branded, stores),
    clock,
    random,
    onFailure: ({ code, attempts }) =>
      logger.warn({ reason: code, attempts }, 'a mail could not be handed to the SMTP server'),
    onError: (error) => logger.error({ err: error }, 'sending mail'),
  }
  return {
    canSend: send !== undefined,
    queue: createQueueMail({ sealer, random }),
    deliver: async (signal) => {
      if (delivering) await deliverMail(delivering, signal)
    },
    developmentOutbox,
  }
}

/** Once, at the start: what is switched on and cannot be offered. */
export const warnOfMail = (
  { canSend, developmentOutbox }: Pick<MailDelivery, 'canSend' | 'developmentOutbox'>,
  {
    signUp,
    magicCodes,
    requireVerifiedEmail,
    standaloneLoginUri,
  }: Pick<Settings, 'signUp' | 'magicCodes' | 'requireVerifiedEmail' | 'standaloneLoginUri'>,
  logger: Pick<Logger, 'warn' | 'info'>,
): void => {
  if (developmentOutbox) logger.info({ page: paths.developmentMail }, 'mail is shown, and not sent')
  const settings = [
    // With a login page of the operator's own it says what that page can do.
    ...(signUp && standaloneLoginUri === null ? ['sign_up'] : []),
    ...(magicCodes ? ['magic_codes'] : []),
    ...(requireVerifiedEmail ? ['require_verified_email'] : []),
  ]
  if (!canSend && settings.length > 0) {
    logger.warn({ settings }, 'these settings need mail: set LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM')
  }
}
