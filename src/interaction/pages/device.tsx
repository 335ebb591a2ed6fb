import { Button, Field, Form, FormError } from '../../html/form.tsx'
import { Notice } from '../../html/notice.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface DeviceProps extends FrameProps {
  /** Takes the code as `user_code`. */
  readonly action: string
  readonly csrfToken: string
  /** What was typed, or came with the link that the device showed. */
  readonly userCode?: string
  /** It came with a link: to be compared, not typed. */
  readonly isPrefilled: boolean
  readonly errors?: { readonly form?: string; readonly userCode?: string }
}

/** RFC 8628 §3.3 */
export const Device = (props: DeviceProps) => {
  const { text, errors = {}, isPrefilled } = props
  const title = isPrefilled ? text.device.compareTitle : text.device.title
  return (
    <Frame frame={props} title={title} hasErrors={Object.keys(errors).length > 0}>
      <div class="heading">
        <h1>{title}</h1>
        <p>{isPrefilled ? text.device.compare : text.device.enter}</p>
      </div>
      {errors.form !== undefined && <FormError>{errors.form}</FormError>}
      <Form action={props.action} csrfToken={props.csrfToken} class="stack">
        <Field
          name="user_code"
          label={text.device.code}
          type="code"
          autocomplete="off"
          value={props.userCode}
          error={errors.userCode}
          isFormRefused={errors.form !== undefined}
          focused={!isPrefilled}
        />
        <Button id="continue" weight="primary">
          {text.device.submit}
        </Button>
      </Form>
      <Notice kind="note">{text.device.beware}</Notice>
    </Frame>
  )
}
