import type { MailText } from './shape.ts'

export const ar: MailText = {
  language: { tag: 'ar', direction: 'rtl' },
  codes: {
    signIn: {
      subject: 'رمز تسجيل الدخول إلى {operator}',
      enter: 'أدخل هذا الرمز لتسجيل الدخول إلى {operator}:',
    },
    signUp: {
      subject: 'رمز إنشاء حساب في {operator}',
      enter: 'أدخل هذا الرمز لمتابعة إنشاء حسابك في {operator}:',
    },
    signUpAgain: {
      subject: 'لديك حساب بالفعل في {operator}',
      enter:
        'طلب أحدهم، وربما أنت، إنشاء حساب في {operator} بهذا العنوان، ولديه حساب بالفعل. لتسجيل الدخول إليه، أدخل هذا الرمز:',
    },
    resetPassword: {
      subject: 'رمز اختيار كلمة مرور جديدة في {operator}',
      enter: 'أدخل هذا الرمز لاختيار كلمة مرور جديدة في {operator}:',
    },
    verifyEmail: {
      subject: 'تأكيد بريدك الإلكتروني في {operator}',
      enter: 'أدخل هذا الرمز لتأكيد أن {operator} يمكنه مراسلتك على هذا العنوان:',
    },
    changeEmail: {
      subject: 'تأكيد بريدك الإلكتروني الجديد في {operator}',
      enter: 'أدخل هذا الرمز لاستخدام هذا العنوان لحسابك في {operator}:',
    },
    goodFor: {
      zero: 'انتهت صلاحية الرمز تقريبًا، وهو صالح في المتصفح الذي طلبته منه فقط.',
      one: 'الرمز صالح لمدة دقيقة واحدة، في المتصفح الذي طلبته منه فقط.',
      two: 'الرمز صالح لمدة دقيقتين، في المتصفح الذي طلبته منه فقط.',
      few: 'الرمز صالح لمدة {count} دقائق، في المتصفح الذي طلبته منه فقط.',
      many: 'الرمز صالح لمدة {count} دقيقة، في المتصفح الذي طلبته منه فقط.',
      other: 'الرمز صالح لمدة {count} دقيقة، في المتصفح الذي طلبته منه فقط.',
    },
    notYou: 'إذا لم تطلب هذا الرمز، فتجاهل هذه الرسالة. لن يحدث شيء من دونه.',
    keepSecret: 'لا تعطِ الرمز لأي أحد. لن يطلبه منك {operator} عبر الهاتف أو في رسالة.',
  },
  notices: {
    passwordChanged: {
      subject: 'تم تغيير كلمة مرورك في {operator}',
      message: 'تم للتو تغيير كلمة مرور حسابك في {operator}، وتسجيل الخروج من جميع المتصفحات الأخرى.',
      withoutEndingOthers: 'تم للتو تغيير كلمة مرور حسابك في {operator}.',
    },
    emailChanged: {
      subject: 'تم تغيير بريدك الإلكتروني في {operator}',
      message: 'أصبح حسابك في {operator} يستخدم العنوان {email} بدلًا من هذا العنوان.',
    },
    notYou: 'إذا لم تقم بذلك، فتواصل مع {operator} فورًا.',
  },
}
