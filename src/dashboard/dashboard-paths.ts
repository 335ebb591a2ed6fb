import { paths } from '../protocol/paths.ts'

const { dashboard } = paths

/** Where the sections of the dashboard are; what is in one is below it. */
export const dashboardPaths = {
  overview: dashboard,
  applications: `${dashboard}/applications`,
  organizations: `${dashboard}/organizations`,
  users: `${dashboard}/users`,
  permissions: `${dashboard}/permissions`,
  roles: `${dashboard}/roles`,
  apiKeys: `${dashboard}/api-keys`,
  webhooks: `${dashboard}/webhooks`,
  signingKeys: `${dashboard}/signing-keys`,
  events: `${dashboard}/events`,
  settings: `${dashboard}/settings`,
  operators: `${dashboard}/operators`,
  search: `${dashboard}/search`,
} as const

export type DashboardSection = keyof typeof dashboardPaths
