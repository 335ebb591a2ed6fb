import { Refusal } from '../management/refusal.ts'
import type { ApplicationObject } from '../objects/application.ts'

type Typed = Pick<ApplicationObject, 'application_type'>

/** Nobody signs in to a machine. */
export const isForPeople = ({ application_type }: Typed): boolean => application_type === 'oauth'

/** For pages that there are only of what people sign in to. @throws Refusal 404 */
export const requirePeople = (application: Typed): void => {
  if (!isForPeople(application)) throw new Refusal(404, { message: 'Nobody signs in to a machine.' })
}
