/** Of each list of the environment: every node keeps them in memory, and looks through them at requests. */
export const MAXIMUM_ENTRIES = 500

export const TOO_MANY = 'too_many'
