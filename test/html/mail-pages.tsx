import type { VNode } from 'preact'
import { ChoosePassword, type ChoosePasswordProps } from '../../src/interaction/pages/choose-password.tsx'
import { DevelopmentMail } from '../../src/interaction/pages/development-mail.tsx'
import { SignInCode, type SignInCodeProps } from '../../src/interaction/pages/sign-in-code.tsx'
import type { SignInFrameProps } from '../../src/interaction/pages/sign-in-frame.tsx'
import { SignUp, type SignUpProps } from '../../src/interaction/pages/sign-up.tsx'

/** The pages about codes that come by mail, each in each of its forms. */
export const mailPages = (
  signingIn: SignInFrameProps,
  change: <Props>(props: Props) => Props,
): Record<string, VNode> => {
  const code: SignInCodeProps = {
    ...signingIn,
    email: 'ada@northwind.example',
    isSent: true,
    isForAccount: false,
    isAnother: true,
    verifies: false,
    sendAction: '/send-code',
    useAnotherAccount: '/somebody-else',
  }
  const signUp: SignUpProps = { ...signingIn, signInInstead: '/sign-in' }
  const newPassword: ChoosePasswordProps = {
    ...signingIn,
    email: 'ada@northwind.example',
    newAccount: null,
  }
  const mails = [
    {
      to: 'ada@northwind.example',
      subject: 'Your code',
      text: '123456',
      language: 'en',
      at: '2026-01-01T00:00:00.000Z',
      htmlPath: '/dev/mail/1',
    },
  ]
  return {
    'development mail': <DevelopmentMail {...change({ ...signingIn, mails })} />,
    'development mail, none': <DevelopmentMail {...change({ ...signingIn, mails: [] })} />,
    'sign-in, code': <SignInCode {...change(code)} />,
    'sign-in, code of whom nobody knows': (
      <SignInCode
        {...change({
          ...code,
          isForAccount: true,
          errors: { form: 'Too many.', code: 'Not the code.' },
        })}
      />
    ),
    'sign-in, address to be verified': (
      <SignInCode {...change({ ...code, isAnother: false, verifies: true, isSent: false })} />
    ),
    'sign-up': <SignUp {...change(signUp)} />,
    'sign-up, refused': (
      <SignUp
        {...change({ ...signUp, email: 'ada@northwind', errors: { form: 'No.', email: 'Not an address.' } })}
      />
    ),
    'sign-up, name and password': (
      <ChoosePassword
        {...change({
          ...newPassword,
          newAccount: { name: 'Ada Lovelace' },
          errors: { form: 'No.', name: 'Missing.', password: 'Missing.' },
        })}
      />
    ),
    'new password': <ChoosePassword {...change(newPassword)} />,
  }
}
