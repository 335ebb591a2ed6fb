import { z } from 'zod'
import type { JwtTemplateRecord } from '../storage/stores/jwt-template.ts'
import { createdAndUpdated, instants } from './members.ts'

export const jwtTemplateSchema = z
  .object({ object: z.literal('jwt_template'), content: z.string(), ...createdAndUpdated })
  .meta({ id: 'JwtTemplate' })

export type JwtTemplateObject = z.infer<typeof jwtTemplateSchema>

export const jwtTemplateObject = (template: JwtTemplateRecord): JwtTemplateObject => ({
  object: 'jwt_template',
  content: template.content,
  ...instants(template),
})

export const jwtTemplatePreviewSchema = z
  .object({ object: z.literal('jwt_template_preview'), claims: z.record(z.string(), z.unknown()) })
  .meta({ id: 'JwtTemplatePreview' })
