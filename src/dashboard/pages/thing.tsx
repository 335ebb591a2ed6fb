import { dashboardPaths } from '../dashboard-paths.ts'

/** What has a page here, by the beginning of its ID. */
const sections: Readonly<Record<string, string>> = {
  conn_app: dashboardPaths.applications,
  org: dashboardPaths.organizations,
  user: dashboardPaths.users,
  we: dashboardPaths.webhooks,
  api_key: dashboardPaths.apiKeys,
  key: dashboardPaths.signingKeys,
  event: dashboardPaths.events,
}

const ID = /^([a-z_]+)_[0-9A-Z]{26}$/

/** The ID of something, and the way to it if it has a page. */
export const Thing = ({ id }: { readonly id: string }) => {
  const section = sections[ID.exec(id)?.[1] ?? '']
  const shown = <code>{id}</code>
  return section === undefined ? shown : <a href={`${section}/${id}`}>{shown}</a>
}
