import type { ConsentText } from '../shape/consent.ts'

export const consent: ConsentText = {
  selectOrganization: {
    title: 'اختر مؤسسة',
    toContinueTo: 'أنت عضو في عدة مؤسسات. أيّها تريد أن تستخدم مع {application}؟',
    withoutApplication: 'أنت عضو في عدة مؤسسات. أيّها تريد أن تستخدم؟',
    noLongerMember: 'لم تعد عضوًا في تلك المؤسسة. اختر مؤسسة أخرى.',
  },

  consent: {
    title: 'يطلب {application} الوصول إلى حسابك',
    providedBy: 'مقدَّم من {organization}',
    unknownProvider: 'سجّل هذا التطبيق نفسه بنفسه ولم يتحقق منه أحد. لا تسمح له إلا إذا كنت تستخدمه للتو.',
    foundAt: 'من {host}',
    knownByAddress:
      'لم يتحقق أحد من هذا التطبيق. اسمه هو ما يقوله عن نفسه، والمعروف عنه فقط أنه من {host}. لا تسمح له إلا إذا كنت تستخدمه للتو.',
    willBeAbleTo: 'سيتمكن {application} من:',
    newScope: 'جديد',
    willReach: 'يمكن للتطبيق استخدام هذا الوصول لدى:',
    detailMembers: {
      locations: 'المكان',
      actions: 'الإجراءات',
      datatypes: 'البيانات',
      identifier: 'العنصر',
      privileges: 'الصلاحيات',
    },
    yes: 'نعم',
    no: 'لا',
    nothing: 'لا شيء',
    policy: 'سياسة خصوصية التطبيق',
    terms: 'شروط التطبيق',
    canAlsoSendTo: 'سيتمكن التطبيق أيضًا من نقلك إلى:',
    choose: 'اختيار',
    chooseOne: 'اختر أحد الخيارات للسماح بذلك.',
    sentTo: 'في كلتا الحالتين ستُنقل إلى {host}',
    allow: 'سماح',
    deny: 'رفض',
  },

  scopes: {
    openid: {
      title: 'معرفة هويتك',
      description: 'التعرّف عليك في كل مرة تسجّل فيها الدخول.',
    },
    profile: {
      title: 'الاطلاع على ملفك الشخصي',
      description: 'اسمك وصورتك وما شابه ذلك من بيانات.',
    },
    email: {
      title: 'الاطلاع على بريدك الإلكتروني',
      description: 'عنوانك وما إذا تم التحقق منه.',
    },
    address: {
      title: 'الاطلاع على عنوانك البريدي',
      description: 'الشارع والمدينة والبلد، بقدر ما هو متوفر لدينا.',
    },
    phone: {
      title: 'الاطلاع على رقم هاتفك',
      description: 'رقمك وما إذا تم التحقق منه.',
    },
    offline_access: {
      title: 'البقاء على اتصال أثناء غيابك',
      description: 'الاحتفاظ بهذا الوصول عندما لا تستخدم التطبيق.',
    },
  },
}
