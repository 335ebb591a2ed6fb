import { type Image, MAXIMUM_IMAGE_BYTES, UnreadableImage } from './image.ts'
import { parseDeclarations, parseStyleSheet, type StyleSheet } from './svg-style.ts'
import { parseSvg, type SvgElement } from './svg-tree.ts'
import {
  attributes,
  elements,
  fragmentOf,
  isHarmless,
  isName,
  pointedTo,
  referring,
  shapes,
  textElements,
  unseen,
  wrappers,
} from './svg-vocabulary.ts'

/**
 * SVG, written anew from what svg-vocabulary.ts lists.
 *
 * @throws UnreadableImage if it is no XML, or would unfold to something vast.
 */
export const readSvg = (bytes: Uint8Array): Image & { readonly isBlank: boolean } => {
  const { root, removed } = parseSvg(decode(bytes))
  const left = new Set(removed)
  const note = (what: string) => void left.add(what)
  const spend = limited(MAXIMUM_DECLARATIONS, tooStyled)
  const sheet = parseStyleSheet(styleTexts(root).join('\n'), note, spend)
  const cleaned = clean(root, { sheet, note, ids: new Set(), spend: limited(MAXIMUM_IMAGE_BYTES, tooLong) })
  const byId = elementsById(cleaned)
  requireBounded(cleaned, byId)
  const content = new TextEncoder().encode(write(cleaned, ' xmlns="http://www.w3.org/2000/svg"'))
  if (content.length > MAXIMUM_IMAGE_BYTES) throw tooLong()
  return { type: 'image/svg+xml', content, removed: shortened(left), isBlank: !draws(cleaned, byId) }
}

/** Read from style sheets, as often as an element has them. */
const MAXIMUM_DECLARATIONS = 100_000

/** Of an element. */
const MAXIMUM_CLASSES = 100

/** Names come from whoever sent the picture, and go back to them. */
const MAXIMUM_NAMES = 50
const MAXIMUM_NAME_LENGTH = 100

const shortened = (names: ReadonlySet<string>): string[] =>
  [...names].slice(0, MAXIMUM_NAMES).map((name) => name.slice(0, MAXIMUM_NAME_LENGTH))

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UnreadableImage('The picture is neither PNG nor WebP nor SVG in UTF-8.')
  }
}

const styleTexts = (element: SvgElement): string[] =>
  element.name === 'style'
    ? [element.children.filter((child) => typeof child === 'string').join('')]
    : element.children.flatMap((child) => (typeof child === 'string' ? [] : styleTexts(child)))

interface Cleaning {
  readonly sheet: StyleSheet
  readonly note: (removed: string) => void
  /** Those given out: of two elements with the same ID the first has it. */
  readonly ids: Set<string>
  /** Counts characters of styles: a rule of many declarations may be written to every element. */
  readonly spend: (characters: number) => void
}

const limited = (maximum: number, refusal: () => UnreadableImage) => {
  let spent = 0
  return (amount: number): void => {
    spent += amount
    if (spent > maximum) throw refusal()
  }
}

const clean = (element: SvgElement, cleaning: Cleaning): SvgElement => {
  const kept = keptAttributes(element, cleaning)
  const children = element.children.flatMap((child): (SvgElement | string)[] => {
    if (typeof child === 'string') return textElements.has(element.name) ? [child] : []
    if (elements.has(child.name)) return [clean(child, cleaning)]
    if (wrappers.has(child.name)) return [unwrapped(child, cleaning)]
    // A style sheet was read, and is in the elements it spoke of.
    if (child.name !== 'style') cleaning.note(child.name)
    return []
  })
  return { name: element.name, attributes: kept, children }
}

const unwrapped = (element: SvgElement, cleaning: Cleaning): SvgElement => {
  const group = clean({ ...element, name: 'g' }, cleaning)
  // SVG 2 §5.9: of the children of a switch the first that can be shown is.
  return element.name === 'switch' ? { ...group, children: group.children.slice(0, 1) } : group
}

const keptAttributes = (element: SvgElement, { sheet, note, ids, spend }: Cleaning): Map<string, string> => {
  const kept = new Map<string, string>()
  const { name, attributes: given } = element
  const id = given.get('id')
  if (id !== undefined && isName(id) && !ids.has(id)) {
    ids.add(id)
    kept.set('id', id)
  }
  for (const [attribute, value] of given) {
    if (attributes.has(attribute) && isHarmless(value)) kept.set(attribute, value)
    else if (attribute === 'href' && referring.has(name) && fragmentOf(value) !== undefined) {
      kept.set('href', value.trim())
    } else if (!['id', 'class', 'style', 'version'].includes(attribute)) note(attribute)
  }
  const classes = new Set((given.get('class') ?? '').split(/\s+/).filter((each) => each !== ''))
  if (classes.size > MAXIMUM_CLASSES) throw tooStyled()
  const style = new Map([
    ...sheet.of({
      name,
      classes: [...classes],
      ...(id !== undefined && { id }),
    }),
    ...parseDeclarations(given.get('style') ?? '', note),
  ])
  if (style.size > 0) {
    const text = [...style].map(([property, value]) => `${property}:${value}`).join(';')
    spend(text.length)
    kept.set('style', text)
  }
  return kept
}

/** What a browser has to draw, counting everything as often as it is pointed to. */
const MAXIMUM_DRAWN = 20_000

/** A few lines of elements that point to each other can unfold to billions; those that point to themselves, for ever. */
const requireBounded = (root: SvgElement, byId: ReadonlyMap<string, SvgElement>): void => {
  const counted = new Map<SvgElement, number | 'counting'>()
  const count = (element: SvgElement): number => {
    const known = counted.get(element)
    if (known === 'counting') throw new UnreadableImage('The SVG has an element that points to itself.')
    if (known !== undefined) return known
    counted.set(element, 'counting')
    let drawn = 1
    for (const child of element.children) if (typeof child !== 'string') drawn += count(child)
    for (const target of targetsOf(element)) {
      const pointed = byId.get(target)
      if (pointed) drawn += count(pointed)
    }
    if (drawn > MAXIMUM_DRAWN) {
      throw new UnreadableImage(`The SVG unfolds to more than ${MAXIMUM_DRAWN} elements.`)
    }
    counted.set(element, drawn)
    return drawn
  }
  count(root)
}

const elementsById = (root: SvgElement): ReadonlyMap<string, SvgElement> => {
  const byId = new Map<string, SvgElement>()
  const enter = (element: SvgElement): void => {
    const id = element.attributes.get('id')
    if (id !== undefined) byId.set(id, element)
    for (const child of element.children) if (typeof child !== 'string') enter(child)
  }
  enter(root)
  return byId
}

/** Whether there is a shape or a text in it, where it stands or by reference: bounded, as what it unfolds to is. */
const draws = (
  { name, attributes: given, children }: SvgElement,
  byId: ReadonlyMap<string, SvgElement>,
): boolean => {
  if (shapes.has(name)) return true
  const within = (some: SvgElement['children']) =>
    some.some((child) => typeof child !== 'string' && draws(child, byId))
  if (name !== 'use') return !unseen.has(name) && within(children)
  const target = byId.get(fragmentOf(given.get('href') ?? '') ?? '')
  return target !== undefined && (target.name === 'symbol' ? within(target.children) : draws(target, byId))
}

const targetsOf = ({ attributes: given }: SvgElement): string[] =>
  [...given].flatMap(([attribute, value]) => {
    if (attribute !== 'href') return pointedTo(value)
    const target = fragmentOf(value)
    return target === undefined ? [] : [target]
  })

const write = ({ name, attributes: given, children }: SvgElement, namespace = ''): string => {
  const attributesText = [...given].map(([attribute, value]) => ` ${attribute}="${escaped(value)}"`).join('')
  const begun = `<${name}${namespace}${attributesText}`
  if (children.length === 0) return `${begun}/>`
  const content = children.map((child) => (typeof child === 'string' ? escaped(child) : write(child)))
  return `${begun}>${content.join('')}</${name}>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '')

const tooStyled = () => new UnreadableImage('The SVG has too many classes, or its styles are used too often.')

const tooLong = () =>
  new UnreadableImage(`Written out, the SVG has more than ${MAXIMUM_IMAGE_BYTES} bytes; style it less often.`)
