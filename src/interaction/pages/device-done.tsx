import { CheckIcon, CrossIcon } from '../../html/icons.tsx'
import { Filled } from '../../html/sentence.tsx'
import { Frame, type FrameProps } from './frame.tsx'

export interface DeviceDoneProps extends FrameProps {
  readonly isApproved: boolean
  readonly application: { readonly name: string }
}

/** The end of the way in this browser: it goes on at the device. */
export const DeviceDone = (props: DeviceDoneProps) => {
  const { text, isApproved, application } = props
  const { title, message } = isApproved ? text.device.approved : text.device.denied
  return (
    <Frame frame={props} title={title}>
      <div class="heading">
        <span class={`tile tile-large outcome ${isApproved ? 'tile-tint-2' : 'tile-tint-5'}`}>
          {isApproved ? <CheckIcon /> : <CrossIcon />}
        </span>
        <h1>{title}</h1>
        <p>
          <Filled sentence={message} values={{ application: <strong>{application.name}</strong> }} />
        </p>
        <p>{text.device.closeWindow}</p>
      </div>
    </Frame>
  )
}
