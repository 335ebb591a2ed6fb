import { Button, Field } from '../../html/form.tsx'
import { QrCode } from '../../html/qr-code.tsx'
import type { Text } from '../text/index.ts'

export interface TotpSetUpProps {
  /** `otpauth:` */
  readonly uri: string
  /** Base 32 */
  readonly secret: string
  readonly sealed: string
}

/** What there is to scan, or to copy. */
export const TotpSecret = ({ setUp, text }: { setUp: TotpSetUpProps; text: Text['setUpFactor'] }) => (
  <>
    <p>{text.scan}</p>
    <div class="qr">
      <QrCode text={setUp.uri} alt={text.qrCode} />
    </div>
    <details class="quiet-details">
      <summary>{text.cannotScan}</summary>
      <p>{text.secret}</p>
      <p id="totp-secret" class="secret" dir="ltr">
        {inGroups(setUp.secret)}
      </p>
      <p>
        <a id="totp-link" href={setUp.uri}>
          {text.openApp}
        </a>
      </p>
    </details>
  </>
)

/** The fields of the form that ends it, which the caller puts into a form of its own kind. */
export const TotpConfirmation = (props: {
  readonly setUp: TotpSetUpProps
  readonly text: Text['setUpFactor']
  readonly error?: string | undefined
  readonly isFormRefused: boolean
}) => (
  <>
    <input type="hidden" name="set_up" value={props.setUp.sealed} />
    <Field
      name="code"
      label={props.text.enterCode}
      type="digits"
      autocomplete="one-time-code"
      error={props.error}
      isFormRefused={props.isFormRefused}
      focused={props.error !== undefined || props.isFormRefused}
    />
    <Button id="turn-on" weight="primary">
      {props.text.submit}
    </Button>
  </>
)

/** As one copies it, four letters at a time. */
const inGroups = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? secret
