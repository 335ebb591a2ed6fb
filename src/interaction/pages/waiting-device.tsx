import { Notice } from '../../html/notice.tsx'
import { ago } from '../text/ago.ts'
import type { Text } from '../text/index.ts'

/** RFC 8628 §5.4: by what a user can tell whether it is their device that waits. */
export interface WaitingDeviceProps {
  /** As the device shows it. */
  readonly userCode: string
  readonly askedMinutesAgo: number
  readonly address: string
  /** The browser is in the same network, so likely in the same place. */
  readonly isNearby: boolean
}

export const WaitingDevice = ({ text, device }: { text: Text; device: WaitingDeviceProps }) => (
  <>
    <div class="panel">
      <div class="device-code">
        <span class="identity-label">{text.device.codeShown}</span>
        <code id="shown_code">{device.userCode}</code>
      </div>
      <dl class="facts device-facts">
        <div>
          <dt>{text.device.asked}</dt>
          <dd>
            {device.askedMinutesAgo < 1 ? text.device.justNow : ago(text.language, device.askedMinutesAgo)}
          </dd>
        </div>
        <div>
          <dt>{text.device.address}</dt>
          <dd>
            <bdi>{device.address}</bdi>{' '}
            <span class="device-network">{device.isNearby ? text.device.nearby : text.device.elsewhere}</span>
          </dd>
        </div>
      </dl>
    </div>
    <Notice kind="caution">{text.device.allowOnlyIf}</Notice>
  </>
)
