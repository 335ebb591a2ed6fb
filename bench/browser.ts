interface Form {
  readonly action: string
  readonly fields: Map<string, string>
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
}
const unescapeHtml = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (whole, name: string) => entities[name] ?? whole)

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)
  const value = found?.[1] ?? found?.[2] ?? found?.[3]
  return value === undefined ? undefined : unescapeHtml(value)
}

/** Of several controls with one name the first counts: among buttons, the one that Enter would press. */
const namedFields = (form: string): Map<string, string> => {
  const fields = new Map<string, string>()
  for (const [tag] of form.matchAll(/<(?:input|button)\b[^>]*>/gi)) {
    const name = attribute(tag, 'name')
    if (name !== undefined && !fields.has(name)) fields.set(name, attribute(tag, 'value') ?? '')
  }
  return fields
}

/** The POST forms of a page. */
const formsOf = (html: string): Form[] =>
  [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/gi)]
    .map(([form]) => form)
    .filter((form) => attribute(form, 'method')?.toLowerCase() === 'post')
    .map((form) => ({
      action: attribute(form, 'action') ?? '',
      fields: namedFields(form),
    }))

interface Walk {
  readonly start: string
  readonly redirectUri: string
  /** Values by field name; other fields are sent as the page has them. */
  readonly answers: Readonly<Record<string, string>>
  /** What the browser has been given before. */
  readonly cookies?: string
}

/** @returns the Cookie header that the browser would send from then on. */
export const signInThroughPages = async (walk: Walk): Promise<string> =>
  (await walkThroughPages(walk)).cookies

/** A form as it would be sent. */
export interface FilledForm {
  readonly url: URL
  readonly body: string
  readonly cookies: string
}

/** Walks until it is shown a form with that field, and fills it in. */
export const fillForm = async (walk: Walk, field: string): Promise<FilledForm> => {
  const { form } = await walkThroughPages(walk, field)
  if (form === undefined) throw new Error(`nobody was asked for ${field}`)
  return form
}

/**
 * As much of a browser as signing in takes: it keeps cookies, follows redirects, and fills in and submits the
 * forms it is shown, until it is sent to `redirectUri`.
 */
const walkThroughPages = async (
  options: Walk,
  until?: string,
): Promise<{ readonly cookies: string; readonly form?: FilledForm }> => {
  const jar = new Map<string, { readonly value: string; readonly path: string }>()
  for (const pair of options.cookies?.split('; ') ?? []) {
    const at = pair.indexOf('=')
    jar.set(pair.slice(0, at), { value: pair.slice(at + 1), path: '/' })
  }
  const cookies = (url: URL): string =>
    [...jar]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
  const visit = async (url: URL, body?: URLSearchParams): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      method: body === undefined ? 'GET' : 'POST',
      headers: { cookie: cookies(url), ...(body === undefined ? {} : { origin: url.origin }) },
      ...(body === undefined ? {} : { body }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const name = pair.slice(0, pair.indexOf('=')).trim()
      const gone = attributes.some((text) => /^\s*(max-age=0\b|expires=thu, 01 jan 1970)/i.test(text))
      const path = attributes.find((text) => /^\s*path=/i.test(text))?.split('=')[1] ?? '/'
      if (gone) jar.delete(name)
      else jar.set(name, { value: pair.slice(pair.indexOf('=') + 1).trim(), path })
    }
    return response
  }

  let url = new URL(options.start)
  let response = await visit(url)
  for (let step = 0; step < 20; step++) {
    const location = response.headers.get('location')
    if (location?.startsWith(`${options.redirectUri}?`)) {
      if (!new URL(location).searchParams.has('code')) throw new Error(`no code in ${location}`)
      return { cookies: cookies(new URL(options.start)) }
    }
    if (location !== null) {
      url = new URL(location, url)
      response = await visit(url)
      continue
    }
    const page = await response.text()
    const forms = formsOf(page)
    const form =
      forms.find(({ fields }) => Object.keys(options.answers).some((name) => fields.has(name))) ?? forms[0]
    if (form === undefined)
      throw new Error(`no form on ${url} (${response.status}):\n${page.slice(0, 1_000)}`)
    for (const [name, value] of Object.entries(options.answers)) {
      if (form.fields.has(name)) form.fields.set(name, value)
    }
    url = new URL(form.action, url)
    const body = new URLSearchParams([...form.fields])
    if (until !== undefined && form.fields.has(until)) {
      return { cookies: cookies(url), form: { url, body: body.toString(), cookies: cookies(url) } }
    }
    response = await visit(url, body)
  }
  throw new Error(`still not signed in after twenty steps, at ${url}`)
}
