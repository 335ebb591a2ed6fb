import type { FastifyInstance } from 'fastify'
import { paths } from '../protocol/paths.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import type { WorkspaceProps } from './pages/workspace.tsx'
import { type Filled, type SectionFor, sectionFor, type VisitBy } from './visit.ts'

export { formsOf } from './visit.ts'

/*
 * What every section of the dashboard is made with: a page that is shown, and a form that is decided. Both are opened for
 * an operator, or not at all.
 */

/** An operator at a page. */
export type Visit = VisitBy<Operator, WorkspaceProps>

export type FormVisit = Filled<Visit>

export type Section = SectionFor<Visit>

export const sectionOn = (app: FastifyInstance, pages: DashboardPages): Section =>
  sectionFor<Operator, WorkspaceProps>(app, {
    path: paths.dashboard,
    open: (request) => openDashboard(pages, request),
    openForm: (request) => openDashboardForm(pages, request),
    frame: (request, reply, operator) => workspace(pages, request, reply, operator),
  })
