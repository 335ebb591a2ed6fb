import type { FastifyPluginAsync } from 'fastify'
import { searchResultsSchema } from '../objects/search-result.ts'
import { canonicalIdentifier } from '../protocol/identifiers.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { pathOfResult, Search } from './pages/search.tsx'
import { sectionOn } from './section.ts'

/*
 * From everywhere: `/dashboard/search?q=…` shows what was found, or leads to the one thing whose ID it is.
 */

export const searchPage =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    sectionOn(app, pages).shows(dashboardPaths.search, async (visit) => {
      const { q: asked } = visit.request.query as { readonly q?: unknown }
      // Nothing is called by what cannot be kept: it is looked for as it can be shown.
      const q =
        typeof asked === 'string' ? asked.trim().slice(0, 200).toWellFormed().replaceAll('\0', '\ufffd') : ''
      if (q === '') return visit.send(Search, { q, results: undefined })
      const { data } = await ask(visit, 'searchEverything', searchResultsSchema, { query: { q } })
      const [only] = data
      if (
        only &&
        data.length === 1 &&
        (canonicalIdentifier(q) === only.id || q === only.id || q === only.detail)
      ) {
        return visit.reply.redirect(pathOfResult(only), 303)
      }
      return visit.send(Search, { q, results: data })
    })
  }
