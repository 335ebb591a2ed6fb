import type { FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import { notedLanguages } from '../authorization/noted-languages.ts'
import type { Environment, EnvironmentRegistry } from '../environment/environment-registry.ts'
import { type Html, renderPage } from '../html/html.ts'
import type { Asset } from '../html/stylesheet.ts'
import { brandingOf } from './branding.ts'
import { ErrorPage } from './pages/error.tsx'
import type { Failure } from './pages/failure-detail.tsx'
import type { FrameProps } from './pages/frame.tsx'
import { languages as allLanguages, type ErrorText, type Text, textFor } from './text/index.ts'

/** What all pages share: the operator's frame, the language of the reader, and how an error looks. */
export interface Site {
  readonly stylesheet: Asset
  readonly formPostScript: Asset
  readonly signedOutScript: Asset
  readonly passkeyScript: Asset
  /** Sees to it that what is made next has the operator's settings of this moment. */
  refresh(): Promise<void>
  /**
   * @param uiLocales what the application asked for (OIDC Core §3.1.2.1), which comes before what the browser does; if it is
   *   not given, what is noted beside the request
   * @param user who is signed in, and may have chosen a language, which comes between the two
   */
  frame(
    request: FastifyRequest,
    uiLocales?: readonly string[],
    user?: { readonly locale: string | null },
  ): FrameProps
  /** @param failure where the reader may know. */
  errorPage(request: FastifyRequest, which: (errors: Text['errors']) => ErrorText, failure?: Failure): Html
  /** That too many are here at once. One for all who read that language: each more costs next to nothing. */
  busyPage(request: FastifyRequest): Html
}

export const createSite = ({
  environment,
  stylesheet,
  formPostScript,
  signedOutScript,
  passkeyScript,
  languages = allLanguages,
}: {
  readonly environment: Pick<EnvironmentRegistry, 'current' | 'latest'>
  readonly stylesheet: Asset
  readonly formPostScript: Asset
  readonly signedOutScript: Asset
  readonly passkeyScript: Asset
  readonly languages?: typeof allLanguages
}): Site => {
  const textOf = (...[request, uiLocales = notedLanguages(request), user]: Parameters<Site['frame']>): Text =>
    textFor(
      [
        ...uiLocales,
        ...(user && user.locale !== null ? [user.locale] : []),
        ...wantedLanguages(request.headers['accept-language']),
      ],
      languages,
    )
  const frameIn = (text: Text): FrameProps => ({
    branding: brandingOf(environment.latest()),
    text,
    stylesheetPath: stylesheet.path,
  })
  const frame: Site['frame'] = (...of) => frameIn(textOf(...of))
  /** As long as the environment is as it was read. */
  const busyPages = new WeakMap<Environment, Map<Text, Html>>()
  return {
    stylesheet,
    formPostScript,
    signedOutScript,
    passkeyScript,
    refresh: async () => void (await environment.current()),
    frame,
    errorPage: (request, which, failure) => {
      const props = frame(request)
      return page(ErrorPage, {
        ...props,
        ...which(props.text.errors),
        referenceId: request.id,
        ...(failure && { developerDetail: failure }),
      })
    },
    busyPage: (request) => {
      const now = environment.latest()
      const made = busyPages.get(now) ?? new Map<Text, Html>()
      busyPages.set(now, made)
      const text = textOf(request)
      const kept = made.get(text) ?? page(ErrorPage, { ...frameIn(text), ...text.errors.busy })
      made.set(text, kept)
      return kept
    },
  }
}

/** A page component with its data, rendered. */
export const page = <Props>(component: (props: Props) => VNode, props: Props): Html =>
  renderPage(component(props))

/** A header longer than this no browser sends, and of languages nobody reads more. */
const MAXIMUM_HEADER_LENGTH = 1024
const MAXIMUM_LANGUAGES = 10

/** RFC 9110 §12.5.4: languages by descending weight. */
export const wantedLanguages = (header = ''): string[] =>
  (header.length > MAXIMUM_HEADER_LENGTH ? [] : header.split(',', MAXIMUM_LANGUAGES))
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean)
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ tag, weight }) => tag !== '' && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
