import type { ComponentChildren } from 'preact'

const Icon = ({ children, class: name = 'icon' }: { children: ComponentChildren; class?: string }) => (
  <svg
    class={name}
    viewBox="0 0 20 20"
    width="20"
    height="20"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {children}
  </svg>
)

export const CheckIcon = () => (
  <Icon>
    <path d="m4.5 10.5 3.5 3.5 7.5-8" />
  </Icon>
)

export const CrossIcon = () => (
  <Icon>
    <path d="m5.5 5.5 9 9m0-9-9 9" />
  </Icon>
)

export const AlertIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7.5" />
    <path d="M10 6.25v4.5m0 3v.01" />
  </Icon>
)

export const InformationIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7.5" />
    <path d="M10 9.25v4.5m0-7.5v.01" />
  </Icon>
)

export const DesktopIcon = () => (
  <Icon>
    <rect x="2.75" y="3.75" width="14.5" height="10" rx="1.25" />
    <path d="M7.5 17h5M10 13.75V17" />
  </Icon>
)

export const PhoneIcon = () => (
  <Icon>
    <rect x="5.75" y="2.25" width="8.5" height="15.5" rx="1.5" />
    <path d="M9 15h2" />
  </Icon>
)

export const OnwardIcon = () => (
  <Icon class="icon icon-onward">
    <path d="m8 5 5 5-5 5" />
  </Icon>
)

export const LeaveIcon = () => (
  <Icon class="icon icon-onward">
    <path d="M8.5 4.5h-3a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3M11.5 4.5h4v4m0-4-6 6" />
  </Icon>
)

export const PasskeyIcon = () => (
  <Icon>
    <circle cx="7.5" cy="6.5" r="3" />
    <path d="M2.5 16c0-2.75 2.25-4.75 5-4.75 1 0 1.9.25 2.65.7M14.5 12.5v4.75m0-2h1.75" />
    <circle cx="14.5" cy="10.25" r="2.25" />
  </Icon>
)

export const LinkIcon = () => (
  <Icon>
    <path d="m8 12 4-4M9.25 6.25l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5l-1.5 1.5M10.75 13.75l-1.5 1.5a3.2 3.2 0 0 1-4.5-4.5l1.5-1.5" />
  </Icon>
)
