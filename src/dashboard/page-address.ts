import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Of the page that somebody wants to see; of a form, the one that it stands on. */
export const pageAddress = ({ method, url, routeOptions, server }: FastifyRequest): string => {
  const { pathname, search } = new URL(url, 'http://localhost')
  return method === 'POST' ? pageOfForm(pathname, routeOptions.url ?? '', server) : pathname + search
}

/** Below the address of the form, at it, or next above. */
const pageOfForm = (pathname: string, pattern: string, server: Pick<FastifyInstance, 'hasRoute'>): string => {
  const path = pathname.split('/')
  const route = pattern.split('/')
  const isShown = (at: string) => server.hasRoute({ method: 'GET', url: at })
  if (isShown([...route, 'new'].join('/'))) return `${pathname}/new`
  while (route.length > 2 && !isShown(route.join('/'))) {
    route.pop()
    path.pop()
  }
  return path.join('/')
}

/**
 * Where an address leads at which a form was answered: it stays in the bar of the browser, to be opened once more. Comes
 * before the routes of the scope. Undefined for what takes no form.
 */
export const formsFollowed = (
  app: FastifyInstance,
): ((request: Pick<FastifyRequest, 'url'>) => string | undefined) => {
  const patterns: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    if ([method].flat().includes('POST')) patterns.push(url)
  })
  return ({ url }) => {
    const { pathname } = new URL(url, 'http://localhost')
    const pattern = patterns.find((each) => fits(pathname.split('/'), each.split('/')))
    return pattern && pageOfForm(pathname, pattern, app)
  }
}

const fits = (path: readonly string[], pattern: readonly string[]): boolean =>
  path.length === pattern.length &&
  pattern.every((segment, at) => (segment.startsWith(':') ? path[at] !== '' : path[at] === segment))
