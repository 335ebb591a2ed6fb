import type { FastifyPluginAsync } from 'fastify'
import { dashboardAssets } from '../html/stylesheet.ts'
import { sendAsset } from '../interaction/document.ts'
import { sha256Hex } from '../system/hash.ts'

export interface AssetPaths {
  readonly stylesheetPath: string
  readonly scriptPath: string
}

export interface WorkspaceAssets {
  readonly paths: AssetPaths
  readonly routes: FastifyPluginAsync
}

/** What the pages of the dashboard load, and those of the developer portal. Reads its files: call it once, at start. */
export const workspaceAssets = (): WorkspaceAssets => {
  const { stylesheet, script } = dashboardAssets(sha256Hex)
  return {
    paths: { stylesheetPath: stylesheet.path, scriptPath: script.path },
    routes: async (app) => {
      app.get(stylesheet.path, async (_request, reply) => sendAsset(reply, 'text/css', stylesheet.content))
      app.get(script.path, async (_request, reply) => sendAsset(reply, 'text/javascript', script.content))
    },
  }
}
