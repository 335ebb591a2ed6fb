import { Button } from '../../html/form.tsx'
import { Filled } from '../../html/sentence.tsx'
import type { Account } from './account.tsx'
import { SignInForm, SignInFrame, type SignInFrameProps, SigningInAs } from './sign-in-frame.tsx'

export interface ProviderButton {
  readonly id: string
  readonly name: string
}

export interface SignInAtProviderProps extends SignInFrameProps {
  readonly account: Account
  readonly useAnotherAccount: string
  readonly providers: readonly ProviderButton[]
}

/** An organization has its people sign in at a provider of its own; at one of several, while it changes from one to another. */
export const SignInAtProvider = (props: SignInAtProviderProps) => {
  const { text, account, providers } = props
  return (
    <SignInFrame
      frame={props}
      title={text.identityProviders.title}
      lead={
        <Filled
          sentence={text.identityProviders.demanded}
          values={{
            provider: <OneOf names={providers.map(({ name }) => name)} language={text.language.tag} />,
          }}
        />
      }
    >
      <SigningInAs frame={props} account={account} useAnotherAccount={props.useAnotherAccount} />
      <div class="alternatives">
        {providers.map((provider) => (
          <ProviderForm
            key={provider.id}
            frame={props}
            action={props.action}
            provider={provider}
            isMain={providers.length === 1}
          />
        ))}
      </div>
    </SignInFrame>
  )
}

/** "this or that", as the language has it. */
const OneOf = ({ names, language }: { readonly names: readonly string[]; readonly language: string }) => (
  <>
    {new Intl.ListFormat(language, { type: 'disjunction' })
      .formatToParts(names)
      .map(({ type, value }, index) => (type === 'element' ? <strong key={index}>{value}</strong> : value))}
  </>
)

/** "Continue with …" */
export const ProviderForm = (props: {
  readonly frame: SignInFrameProps
  readonly action: string
  readonly provider: ProviderButton
  readonly isMain?: boolean
}) => (
  <SignInForm frame={props.frame} action={props.action} class="stack">
    <Button
      id={`continue-with-${props.provider.id}`}
      name="provider"
      value={props.provider.id}
      weight={props.isMain === true ? 'primary' : 'choice'}
    >
      {/* One piece: buttons keep a distance between their parts. */}
      <span>
        <Filled
          sentence={props.frame.text.identityProviders.continueWith}
          values={{ provider: props.provider.name }}
        />
      </span>
    </Button>
  </SignInForm>
)
