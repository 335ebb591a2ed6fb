// @ts-check
/*
 * Search, and trying operations out, on the page of the API reference. Plain elements and text only: nothing that came
 * from somewhere is ever read as markup. The API key is in its field and nowhere else.
 */

/** @template {Element} T @param {ParentNode} within @param {string} selector @returns {T[]} */
const all = (within, selector) => /** @type {T[]} */ ([...within.querySelectorAll(selector)])

/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id))

const search = input('search')
const apiKey = input('api-key')
const operations = /** @type {HTMLDetailsElement[]} */ (all(document, 'details[data-search]'))

for (const element of /** @type {HTMLElement[]} */ (all(document, '[data-scripted]'))) element.hidden = false

// Search

const filter = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
  let matches = 0
  for (const operation of operations) {
    const isMatch = words.every((word) => operation.dataset['search']?.includes(word))
    operation.hidden = !isMatch
    if (isMatch) matches++
    for (const entry of /** @type {HTMLElement[]} */ (all(document, `[data-for="${operation.id}"]`))) {
      entry.hidden = !isMatch
    }
  }
  for (const group of /** @type {HTMLElement[]} */ (all(document, '.group, .nav-group'))) {
    const members = /** @type {HTMLElement[]} */ (all(group, '[data-search], [data-for]'))
    group.hidden = words.length > 0 && members.every(({ hidden }) => hidden)
  }
  const nothing = document.getElementById('no-match')
  if (nothing) nothing.hidden = matches > 0
  const introduction = document.getElementById('introduction')
  if (introduction) introduction.hidden = words.length > 0
}
search.addEventListener('input', filter)

document.addEventListener('keydown', (event) => {
  const target = /** @type {HTMLElement} */ (event.target)
  if (event.key !== '/' || target.matches('input, textarea')) return
  event.preventDefault()
  search.focus()
})

// What a link leads to is open.

const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!(target instanceof HTMLDetailsElement)) return
  if (target.hidden) {
    search.value = ''
    filter()
  }
  target.open = true
  target.scrollIntoView()
}
addEventListener('hashchange', openTarget)
openTarget()

// The contents stand beside the text where there is room, and are folded up where there is not.
const contents = document.querySelector('.contents')
if (contents instanceof HTMLDetailsElement) {
  const narrow = matchMedia('(width < 60rem)')
  const fold = () => {
    contents.open = !narrow.matches
  }
  narrow.addEventListener('change', fold)
  fold()
  contents.addEventListener('click', (event) => {
    if (narrow.matches && event.target instanceof Element && event.target.closest('a')) contents.open = false
  })
}

// Trying out

/** @param {HTMLFormElement} form */
const requestOf = (form) => {
  const { method = 'GET', path = '', type } = form.dataset
  const query = new URLSearchParams()
  /** @type {Record<string, string>} */
  const headers = {}
  let url = path
  /** @type {string | File | undefined} */
  let body
  for (const field of /** @type {(HTMLInputElement | HTMLTextAreaElement)[]} */ (all(form, '[data-in]'))) {
    const { value, name } = field
    const where = field.dataset['in']
    if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value))
    if (where === 'query' && value !== '') query.append(name, value)
    if (where === 'header' && value !== '') headers[name] = value
    if (where === 'body') body = field instanceof HTMLInputElement ? field.files?.[0] : value
  }
  const search = query.toString()
  if (body !== undefined && type !== undefined) {
    headers['Content-Type'] = (body instanceof File && body.type) || type
  }
  return { method, url: search === '' ? url : `${url}?${search}`, headers, body }
}

/** @param {HTMLElement} output @param {readonly Node[]} nodes */
const show = (output, ...nodes) => output.replaceChildren(...nodes)

/** @param {string} name @param {string} className @param {string} text */
const element = (name, className, text) => {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  return made
}

/** @param {string} text */
const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** @param {HTMLFormElement} form */
const send = async (form) => {
  const output = /** @type {HTMLElement} */ (form.querySelector('output'))
  const { method, url, headers, body } = requestOf(form)
  const key = apiKey.value.trim()
  show(output, element('p', 'outcome-line', 'Sending…'))
  const started = performance.now()
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(key !== '' && { Authorization: `Bearer ${key}` }) },
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    const line = element('p', 'outcome-line', '')
    line.append(
      element('span', `status status-${Math.floor(response.status / 100)}`, String(response.status)),
      ` in ${Math.round(performance.now() - started)} ms`,
    )
    show(output, line, ...(text === '' ? [] : [element('pre', 'outcome-body', pretty(text))]))
  } catch (error) {
    show(output, element('p', 'outcome-line', `Nothing was answered: ${error}`))
  }
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`

/** The key is left to the shell's environment. @param {HTMLFormElement} form */
const curlOf = (form) => {
  const { method, url, headers, body } = requestOf(form)
  const parts = [`curl -X ${method} ${quoted(location.origin + url)}`, '-H "Authorization: Bearer $API_KEY"']
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`)
  if (typeof body === 'string') parts.push(`-d ${quoted(body)}`)
  if (body instanceof File) parts.push(`--data-binary @${quoted(body.name)}`)
  return parts.join(' \\\n  ')
}

for (const form of /** @type {HTMLFormElement[]} */ (all(document, 'form.try'))) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void send(form)
  })
  form.querySelector('[data-copy]')?.addEventListener('click', () => {
    const output = /** @type {HTMLElement} */ (form.querySelector('output'))
    const command = curlOf(form)
    show(output, element('pre', 'outcome-body', command))
    void navigator.clipboard?.writeText(command).catch(() => undefined)
  })
}
document.querySelector('form.tools')?.addEventListener('submit', (event) => event.preventDefault())

// Neither a page kept for going back nor a form that is filled in again holds the key.
addEventListener('pagehide', () => {
  apiKey.value = ''
})
