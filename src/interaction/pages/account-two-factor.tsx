import { Button, Form, FormError, Once } from '../../html/form.tsx'
import { Notice } from '../../html/notice.tsx'
import { Filled } from '../../html/sentence.tsx'
import { AccountFrame, type AccountFrameProps, AccountPart } from './account-frame.tsx'
import { type Moment, When } from './moment.tsx'
import { TotpConfirmation, TotpSecret, type TotpSetUpProps } from './totp-set-up.tsx'

export interface AccountTwoFactorProps extends AccountFrameProps {
  readonly action: string
  /** The app that somebody has, or the one that they may set up. */
  readonly factor: { readonly added: Moment; readonly lastUsed: Moment } | null
  readonly setUp: TotpSetUpProps | null
  readonly recoveryCodes: { readonly count: number; readonly areFew: boolean; readonly once: string } | null
  readonly isRequired: boolean
  readonly errors?: { readonly form?: string; readonly code?: string }
}

export const AccountTwoFactor = (props: AccountTwoFactorProps) => {
  const { text, factor, setUp, recoveryCodes, errors = {} } = props
  const words = text.twoFactor
  return (
    <AccountFrame
      frame={props}
      title={words.title}
      section="security"
      hasErrors={errors.form !== undefined || errors.code !== undefined}
    >
      <div class="heading heading-start">
        <h1>{words.title}</h1>
        <p>{words.about}</p>
      </div>
      {errors.form !== undefined && <FormError>{errors.form}</FormError>}
      {setUp && (
        <section class="factor" aria-labelledby="totp-title">
          <h2 id="totp-title">{text.setUpFactor.totpTitle}</h2>
          <TotpSecret setUp={setUp} text={text.setUpFactor} />
          <Form action={props.action} csrfToken={props.csrfToken} class="stack">
            <input type="hidden" name="do" value="set_up" />
            <TotpConfirmation
              setUp={setUp}
              text={text.setUpFactor}
              error={errors.code}
              isFormRefused={errors.form !== undefined}
            />
          </Form>
        </section>
      )}
      {factor && (
        <AccountPart id="app" title={text.setUpFactor.totpTitle}>
          <p>
            <Filled sentence={words.added} values={{ when: <When at={factor.added} /> }} />
            {' · '}
            <Filled sentence={words.lastUsed} values={{ when: <When at={factor.lastUsed} /> }} />
          </p>
          <p>{props.isRequired ? words.removeRequired : words.removeAbout}</p>
          <Form action={props.action} csrfToken={props.csrfToken}>
            <Button id="turn-off" name="do" value="turn_off" weight="danger">
              {words.remove}
            </Button>
          </Form>
        </AccountPart>
      )}
      {recoveryCodes && (
        <AccountPart id="codes" title={words.codesTitle} about={text.recoveryCodes.about}>
          <p>
            <Filled sentence={words.codesLeft} values={{ count: recoveryCodes.count }} />
          </p>
          {recoveryCodes.areFew && <Notice kind="caution">{words.codesFew}</Notice>}
          <p>{words.newCodesAbout}</p>
          <Form action={props.action} csrfToken={props.csrfToken}>
            <Once handle={recoveryCodes.once} />
            <Button id="new-codes" name="do" value="new_codes" weight="choice">
              {words.newCodes}
            </Button>
          </Form>
        </AccountPart>
      )}
    </AccountFrame>
  )
}
