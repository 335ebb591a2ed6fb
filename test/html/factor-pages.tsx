import type { VNode } from 'preact'
import { SignInEmail, type SignInEmailProps } from '../../src/interaction/pages/sign-in-email.tsx'
import type { SignInFrameProps } from '../../src/interaction/pages/sign-in-frame.tsx'
import {
  SignInRecoveryCodes,
  type SignInRecoveryCodesProps,
} from '../../src/interaction/pages/sign-in-recovery-codes.tsx'
import {
  SignInSecondFactor,
  type SignInSecondFactorProps,
} from '../../src/interaction/pages/sign-in-second-factor.tsx'
import {
  SignInSetUpFactor,
  type SignInSetUpFactorProps,
} from '../../src/interaction/pages/sign-in-set-up-factor.tsx'

const asking = { options: { challenge: 'challenge' }, sealedChallenge: 'sealed challenge' }
const scriptPath = '/assets/passkey.js'

/** Pages of passkeys and second factors, as `everyPage` has them. */
export const factorPages = (
  signingIn: Omit<SignInFrameProps, 'sealedProgress'>,
  change: <Props>(props: Props) => Props,
): Record<string, VNode> => {
  const later = { ...signingIn, sealedProgress: 'sealed too' }
  const email: SignInEmailProps = {
    ...signingIn,
    providers: [],
    providerAction: '/sign-in/upstream',
    passkey: { action: '/passkey', asking, scriptPath },
  }
  const secondFactor: Omit<SignInSecondFactorProps, 'asks'> = {
    ...later,
    passkey: asking,
    passkeyAction: '/passkey',
    scriptPath,
    recoveryLocation: '/sign-in?factor=recovery',
    mayDecline: false,
    errors: { form: 'Too many.', code: 'Wrong.' },
  }
  const { errors: _errors, ...firstTry } = secondFactor
  const byCode = { ...firstTry, passkey: undefined, scriptPath: undefined }
  const setUp: SignInSetUpFactorProps = {
    ...later,
    totp: {
      uri: 'otpauth://totp/Acme:ada%40northwind.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme',
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      sealed: 'sealed set-up',
    },
    passkey: asking,
    passkeyAction: '/passkey',
    scriptPath,
    mayDecline: true,
    errors: { form: 'It is over.', code: 'Wrong.' },
  }
  const { errors: _setUpErrors, totp: _totp, ...passkeyOnly } = setUp
  const codes: SignInRecoveryCodesProps = {
    ...later,
    codes: Array.from({ length: 10 }, (_, index) => `ab${index}de-fgh1k`),
  }
  return {
    'sign-in, with passkey': <SignInEmail {...change(email)} />,
    'second factor': <SignInSecondFactor {...change(secondFactor)} asks="totp" />,
    'second factor, first try': <SignInSecondFactor {...change(firstTry)} asks="totp" />,
    'second factor, recovery code': (
      <SignInSecondFactor {...change({ ...byCode, otherWayLocation: '/sign-in' })} asks="recovery" />
    ),
    'second factor, passkey': (
      <SignInSecondFactor {...change({ ...firstTry, mayDecline: true })} asks="passkey" />
    ),
    'set up second factor': <SignInSetUpFactor {...change(setUp)} />,
    'set up second factor, passkey': <SignInSetUpFactor {...change(passkeyOnly)} />,
    'set up second factor, signed in long ago': (
      <SignInSetUpFactor
        {...change({
          ...setUp,
          totp: undefined,
          passkey: undefined,
          scriptPath: undefined,
          signInAgain: '/',
        })}
      />
    ),
    'recovery codes': <SignInRecoveryCodes {...change(codes)} />,
    'recovery codes, few': <SignInRecoveryCodes {...change({ ...codes, codes: 2 })} />,
  }
}
