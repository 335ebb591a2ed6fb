import type { SignInText } from '../shape/sign-in.ts'

export const signIn: SignInText = {
  signIn: {
    title: 'تسجيل الدخول',
    toContinueTo: 'سجّل الدخول للمتابعة إلى {application}',
    email: 'البريد الإلكتروني',
    password: 'كلمة المرور',
    continue: 'متابعة',
    signingInAs: 'تسجيل الدخول باسم',
    onceMore: 'مضى بعض الوقت على تسجيل دخولك. للمتابعة، أكّد أنك ما زلت أنت.',
    submit: 'تسجيل الدخول',
    cancel: 'إلغاء',
    errors: {
      emailMissing: 'أدخل بريدك الإلكتروني.',
      emailMalformed: 'أدخل بريدًا إلكترونيًا على شكل name@example.com.',
      passwordMissing: 'أدخل كلمة المرور.',
      wrongCredentials: 'البريد الإلكتروني أو كلمة المرور غير صحيح. تحقّق منهما وحاول مرة أخرى.',
      tooManyAttempts: 'محاولات كثيرة جدًا. انتظر قليلًا ثم حاول مرة أخرى.',
      expired: 'مرّ بعض الوقت دون نشاط. يُرجى تسجيل الدخول مرة أخرى.',
      overtaken: 'سجّل أحدهم الدخول أو الخروج في علامة تبويب أخرى. يُرجى تسجيل الدخول هنا مرة أخرى.',
    },
  },

  externalSignIn: {
    over: {
      title: 'انتهت عملية تسجيل الدخول هذه',
      message: 'سبق استخدامها أو استغرقت وقتًا أطول من اللازم.',
    },
    elsewhere: {
      title: 'بدأت عملية تسجيل الدخول هذه في متصفح آخر',
      message:
        'تابع في المتصفح الذي فتحت فيه التطبيق. إن لم تبدأ هذه العملية بنفسك، فأغلق هذه الصفحة: لم يتم تسجيل دخول أي شخص.',
    },
    startOver: 'متابعة',
  },
}
