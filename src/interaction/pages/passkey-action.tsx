import type { ComponentChildren } from 'preact'
import { AlertIcon } from '../../html/icons.tsx'
import { Notice } from '../../html/notice.tsx'
import type { Text } from '../text/index.ts'

/** What a page asks a browser for. */
export interface PasskeyAsking {
  /** WebAuthn §5.1.8, as the script takes it. */
  readonly options: object
  readonly sealedChallenge: string
}

/** A form that is sent with a passkey: shown by the script of the page, where the browser can. */
export const PasskeyAction = (props: {
  readonly ceremony: 'get' | 'create'
  readonly asking: PasskeyAsking
  /** Also among what the browser fills in for a field marked `webauthn`. */
  readonly isOffered?: boolean
  readonly text: Text['passkeys']
  readonly children: ComponentChildren
}) => (
  <div
    class="passkey"
    hidden
    data-passkey={props.ceremony}
    data-options={JSON.stringify(props.asking.options)}
    data-cancelled={props.text.cancelled}
    data-failed={props.text.failed}
    data-exists={props.text.existsAlready}
    {...(props.isOffered && { 'data-offered': '' })}
  >
    {props.children}
    <p class="field-error" role="alert" hidden>
      <AlertIcon />
      <span />
    </p>
  </div>
)

/** What such a form carries. */
export const PasskeyFields = ({ asking }: { readonly asking: PasskeyAsking }) => (
  <>
    <input type="hidden" name="challenge" value={asking.sealedChallenge} />
    <input type="hidden" name="passkey" value="" />
  </>
)

/** In the place of such a form, where the browser cannot. */
export const PasskeyMissing = ({ text }: { readonly text: Text['passkeys'] }) => (
  <div data-passkey-missing="">
    <Notice kind="note">{text.needsBrowser}</Notice>
  </div>
)
