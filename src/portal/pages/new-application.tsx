import type { ApplicationKind } from '../../dashboard/application-form.ts'
import type { FilledForm } from '../../dashboard/filled-form.ts'
import { ChoiceField, FormProblem, TextField } from '../../dashboard/pages/fields.tsx'
import { Part } from '../../dashboard/pages/parts.tsx'
import { Button, Form } from '../../html/form.tsx'
import type { DeveloperPortalLimits } from '../../protocol/settings.ts'
import type { ActiveMembership } from '../../storage/stores/memberships.ts'
import type { PermissionRecord } from '../../storage/stores/permissions.ts'
import { organizationPath } from '../portal-paths.ts'
import { ApplicationFields } from './application-fields.tsx'
import { PortalFrame, type PortalFrameProps } from './portal-frame.tsx'

const kinds: readonly {
  readonly value: ApplicationKind
  readonly type: DeveloperPortalLimits['types'][number]
  readonly label: string
  readonly hint: string
}[] = [
  {
    value: 'web',
    type: 'oauth',
    label: 'Web',
    hint: 'Runs on a server, which keeps a secret. People sign in, and are asked what it may do.',
  },
  {
    value: 'public',
    type: 'oauth',
    label: 'Public',
    hint: 'In a browser, on a phone, at a command line: keeps no secret, proves each code by PKCE.',
  },
  {
    value: 'm2m',
    type: 'm2m',
    label: 'Machine to machine',
    hint: 'A program of your organization. Nobody signs in; it gets tokens by its secret.',
  },
]

/** What may be made, the likeliest first. */
export const kindsWithin = ({ types }: DeveloperPortalLimits): readonly ApplicationKind[] =>
  kinds.filter(({ type }) => types.includes(type)).map(({ value }) => value)

export const NewApplicationPage = (props: {
  readonly workspace: PortalFrameProps
  readonly organization: ActiveMembership
  readonly limits: DeveloperPortalLimits
  readonly permissions: readonly PermissionRecord[]
  readonly form: FilledForm
}) => {
  const { workspace, organization, limits, permissions, form } = props
  const path = organizationPath(organization)
  return (
    <PortalFrame
      workspace={workspace}
      title="New application"
      about={
        <>
          Of <bdi>{organization.organizationName}</bdi>. Its kind is for good; everything else can be changed.
        </>
      }
      crumbs={[{ label: 'Applications', href: path }]}
      hasErrors={form.hasErrors}
    >
      <Form action={`${path}/applications`} csrfToken={workspace.csrfToken} class="stack stack-parts">
        <FormProblem form={form} />
        <Part id="what" title="1. What it is">
          <div class="stack">
            <TextField
              form={form}
              name="name"
              label="Name"
              hint={limits.types.includes('oauth') ? 'People read it on the page that asks them.' : undefined}
            />
            <ChoiceField
              form={form}
              name="kind"
              type="radio"
              label="Kind"
              choices={kinds.filter(({ type }) => limits.types.includes(type))}
            />
          </div>
        </Part>
        <Part id="access" title="2. What it may do, and where it is">
          <div class="stack">
            <ApplicationFields
              form={form}
              limits={limits}
              permissions={permissions}
              operator={workspace.branding.name}
              isNew
              hasRedirectUris={limits.types.includes('oauth')}
            />
          </div>
        </Part>
        <Button id="create-application" weight="primary">
          Create
        </Button>
      </Form>
    </PortalFrame>
  )
}
