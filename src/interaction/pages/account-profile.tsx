import { Button, Field, Form, FormError } from '../../html/form.tsx'
import { Filled } from '../../html/sentence.tsx'
import { IdentityRow } from './account.tsx'
import { AccountFrame, type AccountFrameProps, AccountPart } from './account-frame.tsx'

export interface AccountProfileProps extends AccountFrameProps {
  readonly action: string
  readonly profile: {
    readonly name: string
    readonly firstName: string
    readonly lastName: string
    readonly locale: string | null
    readonly email: string
    readonly isEmailVerified: boolean
    readonly pictureUrl?: string
  }
  /** The operator's own page says who people are: nothing is to be changed here. */
  readonly isKeptElsewhere: boolean
  /** Where the address is changed or confirmed; undefined where that cannot be. */
  readonly emailHref?: string | undefined
  /** What the language may be, each in its own name. */
  readonly locales: readonly { readonly tag: string; readonly name: string }[]
  readonly organizations: readonly {
    readonly name: string
    readonly role: string
    readonly isActive: boolean
  }[]
  readonly errors?: {
    readonly form?: string
    readonly name?: string
    readonly first_name?: string
    readonly last_name?: string
  }
}

export const AccountProfile = (props: AccountProfileProps) => {
  const { profile, errors = {} } = props
  const { profile: text } = props.text.accountPages
  return (
    <AccountFrame
      frame={props}
      title={text.title}
      section="profile"
      hasErrors={Object.keys(errors).length > 0}
    >
      <div class="heading heading-start">
        <h1>{text.title}</h1>
        <p>
          {props.isKeptElsewhere ? (
            <Filled sentence={text.keptElsewhere} values={{ operator: props.branding.name }} />
          ) : (
            text.about
          )}
        </p>
      </div>
      {errors.form !== undefined && <FormError>{errors.form}</FormError>}
      {profile.pictureUrl !== undefined && (
        <img
          class="account-picture"
          src={profile.pictureUrl}
          alt={text.picture}
          referrerpolicy="no-referrer"
        />
      )}
      {props.isKeptElsewhere ? <Kept {...props} /> : <ProfileForm {...props} errors={errors} />}
      <AccountPart
        id="email"
        title={text.email}
        {...(props.emailHref !== undefined && {
          onward: {
            id: 'to-email',
            href: props.emailHref,
            label: profile.isEmailVerified ? text.changeEmail : text.confirmEmail,
          },
        })}
      >
        <p class="account-value">
          <bdi>{profile.email}</bdi>
          <span class={profile.isEmailVerified ? 'badge' : 'badge badge-quiet'}>
            {profile.isEmailVerified ? text.emailVerified : text.emailUnverified}
          </span>
        </p>
      </AccountPart>
      <AccountPart id="organizations" title={text.organizations}>
        {props.organizations.length === 0 ? (
          <p class="account-none">{text.memberOfNone}</p>
        ) : (
          <ul class="panel">
            {props.organizations.map(({ name, role, isActive }, place) => (
              <li key={place}>
                <IdentityRow label={role} name={name} shape="square">
                  {!isActive && <span class="badge badge-quiet">{text.inactive}</span>}
                </IdentityRow>
              </li>
            ))}
          </ul>
        )}
      </AccountPart>
    </AccountFrame>
  )
}

const ProfileForm = (
  props: AccountProfileProps & { readonly errors: NonNullable<AccountProfileProps['errors']> },
) => {
  const { profile, errors } = props
  const { profile: text } = props.text.accountPages
  return (
    <Form action={props.action} csrfToken={props.csrfToken} class="stack">
      <Field
        name="name"
        label={text.name}
        type="text"
        autocomplete="name"
        value={profile.name}
        hint={text.nameHint}
        error={errors.name}
        isOptional
      />
      <div class="field-row">
        <Field
          name="first_name"
          label={text.firstName}
          type="text"
          autocomplete="given-name"
          value={profile.firstName}
          error={errors.first_name}
          isOptional
        />
        <Field
          name="last_name"
          label={text.lastName}
          type="text"
          autocomplete="family-name"
          value={profile.lastName}
          error={errors.last_name}
          isOptional
        />
      </div>
      <div class="field">
        <label for="locale">{text.locale}</label>
        <select id="locale" name="locale">
          <option value="" selected={profile.locale === null}>
            {text.noLocale}
          </option>
          {props.locales.map(({ tag, name }) => (
            <option key={tag} value={tag} lang={tag} selected={tag === profile.locale}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="account-actions">
        <Button id="save" weight="primary">
          {text.save}
        </Button>
      </div>
    </Form>
  )
}

/** The same to be read. */
const Kept = ({ profile, locales, text }: AccountProfileProps) => {
  const words = text.accountPages.profile
  const facts = [
    ['name', words.name, profile.name],
    ['first_name', words.firstName, profile.firstName],
    ['last_name', words.lastName, profile.lastName],
    ['locale', words.locale, locales.find(({ tag }) => tag === profile.locale)?.name ?? ''],
  ] as const
  return (
    <dl class="facts">
      {facts.map(
        ([id, label, value]) =>
          value !== '' && (
            <div key={id}>
              <dt>{label}</dt>
              <dd id={id}>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  )
}
