import type { FailureText } from '../shape/failure.ts'

export const failure: FailureText = {
  failure: {
    keepReference: 'اذكر هذا الرقم إن طلبت المساعدة، فبه يُعرف ما حدث هنا.',
    onlyYou: 'لا يظهر هذا الجزء إلا للمطوّرين.',
    origins: {
      sent: 'ما وصل',
      registered: 'ما هو مسجَّل',
      found: 'ما يُستنتج',
    },
    nothing: 'لا شيء',
  },
}
