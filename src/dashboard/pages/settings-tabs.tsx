import { dashboardPaths } from '../dashboard-paths.ts'
import { type SettingsGroup, settingsGroups } from '../settings-fields.ts'

/** Pages beside those of the groups. */
const others = [
  { id: 'addresses', label: 'Addresses' },
  { id: 'login-pages', label: 'Login pages' },
  { id: 'identity-providers', label: 'Providers' },
  { id: 'jwt-template', label: 'JWT template' },
] as const

export type SettingsTab = SettingsGroup | (typeof others)[number]['id']

export const SettingsTabs = ({ current }: { readonly current: SettingsTab }) => (
  <nav class="page-tabs" aria-label="Pages of the settings">
    <ul>
      {[
        ...(Object.keys(settingsGroups) as SettingsGroup[]).map((id) => ({
          id,
          label: settingsGroups[id].label,
        })),
        ...others,
      ].map(({ id, label }) => (
        <li key={id}>
          <a
            id={`tab-${id}`}
            href={`${dashboardPaths.settings}/${id}`}
            {...(id === current && { 'aria-current': 'page' as const })}
          >
            {label}
          </a>
        </li>
      ))}
    </ul>
  </nav>
)
