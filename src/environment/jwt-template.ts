import type { Acting } from '../events/record.ts'
import { jwtTemplateObject } from '../objects/jwt-template.ts'
import { jwtTemplateProblem } from '../protocol/jwt-template.ts'
import type { Stores } from '../storage/index.ts'
import type { JwtTemplateRecord } from '../storage/stores/jwt-template.ts'

export type SetJwtTemplate =
  | { readonly outcome: 'set'; readonly template: JwtTemplateRecord }
  | { readonly outcome: 'refused'; readonly code: 'template_invalid'; readonly problem: string }

/** There is one for the environment; a second one takes its place. */
export const setJwtTemplate = async (
  { stores, now, record }: Acting<Pick<Stores, 'environment' | 'jwtTemplate'>>,
  content: string,
): Promise<SetJwtTemplate> => {
  const problem = jwtTemplateProblem(content)
  if (problem !== undefined) return { outcome: 'refused', code: 'template_invalid', problem }
  // Of two at once, the event of the second tells of the first as what was before.
  await stores.environment.changeAlone()
  const before = await stores.jwtTemplate.find()
  if (before?.content === content) return { outcome: 'set', template: before }
  const template = await stores.jwtTemplate.save(content, now)
  await record({
    name: 'jwt_template.updated',
    targetId: null,
    data: jwtTemplateObject(template),
    before: before ? jwtTemplateObject(before) : null,
  })
  return { outcome: 'set', template }
}
