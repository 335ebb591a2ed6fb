import type { SignOutText } from '../shape/sign-out.ts'

export const signOut: SignOutText = {
  confirmSignOut: {
    title: 'هل تريد تسجيل الخروج؟',
    askedBy: 'يطلب {application} تسجيل خروجك.',
    consequence: 'سيلزمك تسجيل الدخول مرة أخرى لاستخدام تطبيقاتك في هذا المتصفح.',
    signOut: 'تسجيل الخروج',
    stay: 'إلغاء',
  },

  signedOut: {
    title: 'تم تسجيل خروجك',
    message: 'لتسجيل الدخول مرة أخرى، افتح التطبيق الذي تريد استخدامه. يمكنك إغلاق هذه الصفحة.',
    wantsToSend: 'يريد {application} نقلك إلى {host}',
    goesOn: 'يجري أيضًا إبلاغ التطبيقات التي استخدمتها في هذا المتصفح.',
    continueTo: 'المتابعة إلى {application}',
    continue: 'متابعة',
  },
}
