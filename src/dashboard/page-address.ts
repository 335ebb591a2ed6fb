import type { FastifyRequest } from 'fastify'

/** Of the page that somebody wants to see; of a form, the one that it stands on: below its address, at it, or next above. */
export const pageAddress = ({ method, url, routeOptions, server }: FastifyRequest): string => {
  const { pathname, search } = new URL(url, 'http://localhost')
  if (method !== 'POST') return pathname + search
  const path = pathname.split('/')
  const route = (routeOptions.url ?? '').split('/')
  const isShown = (at: string) => server.hasRoute({ method: 'GET', url: at })
  if (isShown([...route, 'new'].join('/'))) return `${pathname}/new`
  while (route.length > 2 && !isShown(route.join('/'))) {
    route.pop()
    path.pop()
  }
  return path.join('/')
}
