import type { PageText } from '../shape/page.ts'

export const page: PageText = {
  page: {
    errorTitle: 'خطأ: {page}',
    terms: 'الشروط',
    privacy: 'الخصوصية',
  },

  account: {
    signedInAs: 'الحساب المستخدَم',
    useAnother: 'استخدام حساب آخر',
    organization: 'المؤسسة',
    changeOrganization: 'تغيير',
  },

  home: {
    title: 'تسجيل الدخول إلى {operator}',
    about: 'يتيح هذا الخادم تسجيل الدخول إلى التطبيقات، ويُعلم تلك التطبيقات بهوية من يستخدمها.',
    signedOut: 'لم يتم تسجيل دخولك. لاستخدام تطبيق، افتحه وسينقلك إلى هنا.',
    signIn: 'تسجيل الدخول إلى حسابك',
    yourAccount: 'حسابك',
    signOut: 'تسجيل الخروج',
    forDevelopers: 'للمطوّرين',
    discovery: 'اكتشاف OpenID Connect',
    signingKeys: 'مفاتيح التوقيع (JWKS)',
    ownApplications: 'تطبيقات مؤسستك',
  },
}
