/** OIDC Core §5.1.1 */
export interface AddressClaim {
  readonly formatted?: string
  readonly street_address?: string
  readonly locality?: string
  readonly region?: string
  readonly postal_code?: string
  readonly country?: string
}

/** OIDC Core §5.1: the standard claims of a user that are kept under their own names, beside name, e-mail and the like. */
export interface StandardClaims {
  readonly middle_name?: string
  readonly nickname?: string
  readonly preferred_username?: string
  readonly profile?: string
  readonly website?: string
  readonly gender?: string
  /** YYYY, YYYY-MM-DD or 0000-MM-DD. */
  readonly birthdate?: string
  readonly zoneinfo?: string
  /** E.164 */
  readonly phone_number?: string
  readonly phone_number_verified?: boolean
  readonly address?: AddressClaim
}
