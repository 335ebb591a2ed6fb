/** What a code that comes by mail is asked for. One of one purpose is worth nothing for another. */
export const codePurposes = ['sign_in', 'sign_up', 'reset_password', 'verify_email', 'change_email'] as const

export type CodePurpose = (typeof codePurposes)[number]
