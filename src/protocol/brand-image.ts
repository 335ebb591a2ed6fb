/** The pictures of the operator that pages show. */
export const brandImageKinds = ['logo', 'logo_dark', 'icon'] as const

export type BrandImageKind = (typeof brandImageKinds)[number]

/** The hash of the content of each that there is. */
export type BrandImages = Readonly<Partial<Record<BrandImageKind, string>>>
