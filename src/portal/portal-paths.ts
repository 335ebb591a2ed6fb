import { paths } from '../protocol/paths.ts'

/** Where the pages of an organization are; what is in one is below it. */
export const organizationPath = ({ organizationId }: { readonly organizationId: string }): string =>
  `${paths.developers}/${organizationId}`

export const applicationPath = (application: {
  readonly organization_id: string
  readonly id: string
}): string => `${paths.developers}/${application.organization_id}/applications/${application.id}`
