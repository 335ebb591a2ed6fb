import type { IdentityProvidersText } from '../shape/identity-providers.ts'

export const identityProviders: IdentityProvidersText = {
  identityProviders: {
    continueWith: 'المتابعة باستخدام {provider}',
    title: 'تسجيل الدخول عبر مؤسستك',
    demanded: 'تستخدم مؤسستك {provider} لتسجيل الدخول.',
    linking:
      'لديك حساب بالفعل بعنوان البريد الإلكتروني الذي ذكره {provider}. سجّل الدخول إليه مرة واحدة ليرتبط الحسابان.',
    connected: 'الحسابات المرتبطة',
    none: 'لا يوجد أي حساب آخر مرتبط.',
    lastUsed: 'آخر استخدام: {when}',
    disconnect: 'إلغاء ربط {provider}',
    onlyWayIn: 'هذه هي الطريقة الوحيدة لتسجيل دخولك. عيّن كلمة مرور أو أضف مفتاح مرور أولًا.',
    errors: {
      turnedBack: 'لم تسجّل الدخول عبر {provider}. حاول مرة أخرى أو سجّل الدخول بطريقة أخرى.',
      invalidAnswer:
        'أجاب {provider} بطريقة لا يمكننا الوثوق بها. حاول مرة أخرى؛ وإذا تكرر ذلك فأخبر القائمين على هذه الخدمة.',
      unavailable: 'يتعذر الوصول إلى {provider} الآن. حاول مرة أخرى بعد دقيقة أو سجّل الدخول بطريقة أخرى.',
      emailNotTrusted:
        'لم يؤكد {provider} عنوان بريدك الإلكتروني، لذا لا يمكننا معرفة أي حساب هو حسابك. أكّده هناك أو سجّل الدخول بطريقة أخرى.',
      unknownUser:
        'لا يوجد هنا حساب يقابل الحساب الذي استخدمته مع {provider}. اطلب حسابًا من القائمين على هذه الخدمة.',
    },
  },
}
