import { Notice } from '../../html/notice.tsx'
import type { Text } from '../text/index.ts'

/** Shown once. */
export const RecoveryCodes = ({
  codes,
  text,
}: {
  readonly codes: readonly string[]
  readonly text: Text['recoveryCodes']
}) => (
  <>
    <ol id="recovery-codes" class="recovery-codes" dir="ltr">
      {codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
        </li>
      ))}
    </ol>
    <Notice kind="caution">{text.keep}</Notice>
  </>
)
