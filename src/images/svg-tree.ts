import { SaxesParser } from 'saxes'
import { UnreadableImage } from './image.ts'

/** An element of SVG, by its local name; what is of another language is not in the tree. */
export interface SvgElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly (SvgElement | string)[]
}

export interface SvgTree {
  readonly root: SvgElement
  /** What was left out because it is of another language: metadata of editors, mostly. */
  readonly removed: readonly string[]
}

const SVG = 'http://www.w3.org/2000/svg'
const XLINK = 'http://www.w3.org/1999/xlink'

const MAXIMUM_DEPTH = 64
const MAXIMUM_ELEMENTS = 5_000
const MAXIMUM_ATTRIBUTES = 100

interface OpenElement extends SvgElement {
  readonly attributes: Map<string, string>
  readonly children: (SvgElement | string)[]
  readonly isForeign: boolean
}

/**
 * The tree of an SVG document. Strictly XML 1.0, without DOCTYPE: nothing declares an entity, so nothing expands.
 *
 * @throws UnreadableImage
 */
export const parseSvg = (text: string): SvgTree => {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const open: OpenElement[] = []
  const removed: string[] = []
  let root: OpenElement | undefined
  let elements = 0

  parser.on('error', (error) => {
    throw new UnreadableImage(`The SVG is not well-formed: ${error.message.slice(0, 200)}`)
  })
  parser.on('doctype', () => {
    throw new UnreadableImage('The SVG has a DOCTYPE, which may declare entities; leave it out.')
  })
  parser.on('opentagstart', () => {
    elements += 1
    if (elements > MAXIMUM_ELEMENTS) {
      throw new UnreadableImage(`The SVG has more than ${MAXIMUM_ELEMENTS} elements.`)
    }
    if (open.length >= MAXIMUM_DEPTH) {
      throw new UnreadableImage(`The SVG is nested more than ${MAXIMUM_DEPTH} levels deep.`)
    }
  })
  parser.on('opentag', ({ name, local, uri, attributes }) => {
    const given = Object.values(attributes)
    if (given.length > MAXIMUM_ATTRIBUTES) {
      throw new UnreadableImage(`An element of the SVG has more than ${MAXIMUM_ATTRIBUTES} attributes.`)
    }
    // What nobody declared to be SVG is taken for it: fragments that were cut out of a page.
    const isForeign = uri !== SVG && uri !== ''
    const element: OpenElement = { name: local, attributes: new Map(), children: [], isForeign }
    for (const { uri: space, local: attribute, value } of given) {
      if (space === '') element.attributes.set(attribute, value)
      // SVG 2 §16.1.5: href without a prefix goes before the old one.
      else if (space === XLINK && attribute === 'href' && !('href' in attributes)) {
        element.attributes.set('href', value)
      }
    }
    const parent = open.at(-1)
    if (isForeign && !parent?.isForeign) removed.push(name)
    if (!isForeign) parent?.children.push(element)
    root ??= element
    open.push(element)
  })
  parser.on('closetag', () => void open.pop())
  const characters = (text: string) => void open.at(-1)?.children.push(text)
  parser.on('text', characters)
  parser.on('cdata', characters)

  parser.write(text).close()
  if (root?.name !== 'svg' || root.isForeign) {
    throw new UnreadableImage('The picture is neither PNG nor WebP nor SVG.')
  }
  return { root, removed }
}
