import type { Cases, OperationCases } from '../cases.ts'
import { PNG } from './picture.ts'

const headers = { 'content-type': 'image/png' }

const put: OperationCases = {
  success: () => ({ body: PNG, headers }),
  422: () => ({ body: Buffer.from('<svg'), headers }),
}

const withdrawn = (putting: string): OperationCases => ({
  success: async ({ made }) => {
    await made(putting)
    return {}
  },
  404: async ({ app }) => {
    await app.testDatabase.database.kysely.deleteFrom('brand_image').execute()
    return {}
  },
})

export const brandingCases: Cases = {
  getBranding: { success: () => ({}) },
  putBrandLogo: put,
  putBrandDarkLogo: put,
  putBrandIcon: put,
  deleteBrandLogo: withdrawn('putBrandLogo'),
  deleteBrandDarkLogo: withdrawn('putBrandDarkLogo'),
  deleteBrandIcon: withdrawn('putBrandIcon'),
}
