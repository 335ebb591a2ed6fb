/** What a check says of one thing. */
export interface Finding {
  readonly subject: Subject
  readonly level: Level
  /** A sentence: what there is. */
  readonly says: string
  /** A sentence: what to do. Only what is fine needs nothing done. */
  readonly cure?: string
}

export type Subject =
  | 'issuer'
  | 'tls'
  | 'proxy'
  | 'clock'
  | 'database'
  | 'mail'
  | 'keys'
  | 'secret'
  | 'files'
  | 'settings'

/** A problem keeps the server from working, or lets somebody in; a warning is for whoever knows why it is so. */
export type Level = 'ok' | 'warning' | 'problem'

/** The three words of one subject. */
export const findingsOn = (subject: Subject) => ({
  ok: (says: string): Finding => ({ subject, level: 'ok', says }),
  warning: (says: string, cure: string): Finding => ({ subject, level: 'warning', says, cure }),
  problem: (says: string, cure: string): Finding => ({ subject, level: 'problem', says, cure }),
})

/** Everything that is amiss, or that nothing is. */
export const orFine = (amiss: readonly Finding[], fine: Finding): readonly Finding[] =>
  amiss.length > 0 ? amiss : [fine]
