import type { ClientId, Identifier } from '../protocol/identifiers.ts'
import type { Subject } from './subject.ts'

/** RFC 8693 §4.1: who acts for the subject; inside it, who acted before. */
export interface Actor {
  readonly sub: Subject
  readonly client_id: ClientId
  readonly act?: Actor
}

/** A token that another one was had in exchange for, and with which it ends. */
export interface ExchangedToken {
  readonly client_id: ClientId
  readonly credential_id?: Identifier<'credential'>
  readonly jti: string
}
