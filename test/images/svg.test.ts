import { describe, expect, test } from 'vitest'
import { UnreadableImage } from '../../src/images/image.ts'
import { readImage } from '../../src/images/read-image.ts'
import { readSvg } from '../../src/images/svg.ts'
import { parseStyleSheet } from '../../src/images/svg-style.ts'
import { properties } from '../../src/images/svg-vocabulary.ts'
import { svg } from './pictures.ts'

const read = (bytes: Uint8Array) => {
  const { type, content, removed } = readSvg(bytes)
  expect(type).toBe('image/svg+xml')
  return { text: new TextDecoder().decode(content), removed }
}

/** What is left of the inside of an SVG. */
const inside = (content: string): string =>
  read(svg(content, '')).text.replace(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"(?:\/>|>)|<\/svg>$/g, '')

const refusal = (bytes: Uint8Array): string => {
  try {
    readSvg(bytes)
  } catch (error) {
    if (error instanceof UnreadableImage) return error.message
    throw error
  }
  throw new Error('The picture was taken.')
}

describe('of an SVG in which nothing is to be seen', () => {
  test.each([
    '<use/>',
    '<use href="#nowhere"/>',
    '<image href="https://evil.example/a.png"/>',
    '<foreignObject><p>Hello</p></foreignObject>',
    '<defs><rect width="1" height="1"/></defs>',
    '<symbol id="s"><path/></symbol>',
    '<symbol id="s"><title>Logo</title></symbol><use href="#s"/>',
    '',
  ])('%s is no picture', async (content) => {
    await expect(readImage(svg(content, ''))).rejects.toThrow(UnreadableImage)
  })

  test.each([
    '<g><switch><path d="M0 0h1"/></switch></g>',
    '<symbol id="s"><g><rect width="1" height="1"/></g></symbol><use href="#s"/>',
    '<defs><circle id="c" r="1"/></defs><use href="#c"/><script>1</script>',
    '<text>Logo</text>',
  ])('there is something in %s', async (content) => {
    expect(await readImage(svg(content, ''))).toMatchObject({ type: 'image/svg+xml' })
    expect(Object.keys(await readImage(svg(content, '')))).toEqual(['type', 'content', 'removed'])
  })
})

describe('what drawing programs write is kept', () => {
  test.each([
    '<path d="M0 0h10v10z" fill="#f60" fill-rule="evenodd"/>',
    '<g id="a" transform="translate(1 2) rotate(-45)"><circle cx="5" cy="5" r="4" stroke="rgb(1, 2, 3)"/></g>',
    '<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="red"/></linearGradient></defs><rect width="10" height="10" fill="url(#g)"/>',
    '<symbol id="s" viewBox="0 0 1 1"><rect width="1" height="1"/></symbol><use href="#s" x="1"/>',
    '<g filter="url(#f)" style="mix-blend-mode:multiply"/><filter id="f"><feFlood flood-opacity="0" result="a"/><feGaussianBlur stdDeviation="2"/></filter>',
    '<text font-family="Arial, sans-serif" x="1">A <tspan>&amp; B</tspan></text>',
    '<title>Acme &lt;Notes&gt;</title>',
    '<rect style="fill:color(display-p3 0.5 0.2 0.1)"/>',
  ])('%s', (content) => {
    expect(inside(content)).toBe(content)
  })

  test('references of the older kind are written in the newer', () => {
    const { text } = read(
      svg('<path id="p"/><use xlink:href="#p"/>', 'xmlns:xlink="http://www.w3.org/1999/xlink"'),
    )
    expect(text).toContain('<path id="p"/><use href="#p"/>')
  })

  test('what editors add for themselves goes without a loss, and is named', () => {
    const { text, removed } = read(
      svg(
        '<!-- made by hand --><?xml-stylesheet href="https://evil.example/a.css"?><metadata>x</metadata><sodipodi:namedview><path d="M1 1"/></sodipodi:namedview><path d="M0 0" sodipodi:nodetypes="cc" data-name="a"/>',
        'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"',
      ),
    )
    expect(text).toBe('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>')
    expect(removed).toEqual(['sodipodi:namedview', 'metadata', 'data-name'])
  })

  test('style sheets are written to the elements they speak of, the more specific over the less', () => {
    expect(
      inside(`
        <style>/* colours */ .a, .b { fill: red; stroke: blue } path { fill: green }
          #c { stroke: none } .b { fill: url(#g) }</style>
        <path class="a"/><path class="a b"/><path id="c" class="a" style="fill: black"/><rect/>`),
    ).toBe(
      '<path style="fill:red;stroke:blue"/><path style="fill:url(#g);stroke:blue"/>' +
        '<path id="c" style="fill:black;stroke:none"/><rect/>',
    )
  })

  test('links and switches are groups of what they show', () => {
    expect(inside('<a href="https://evil.example"><path/></a>')).toBe('<g><path/></g>')
    expect(inside('<switch><foreignObject/><g><path/></g><text>no</text></switch>')).toBe(
      '<g><g><path/></g></g>',
    )
  })

  test('of two elements of one ID the first has it', () => {
    expect(inside('<path id="a"/><rect id="a"/>')).toBe('<path id="a"/><rect/>')
  })
})

describe('what runs, moves, links, embeds or loads is left out', () => {
  test.each([
    ['<script>alert(1)</script>', ''],
    ['<script><![CDATA[alert(1)]]></script>', ''],
    ['<script href="https://evil.example/a.js"/>', ''],
    ['<g><script/></g>', '<g/>'],
    ['<path onload="alert(1)" ONCLICK="alert(1)" onmouseover="alert(1)"/>', '<path/>'],
    ['<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script/></body></foreignObject>', ''],
    ['<html:script xmlns:html="http://www.w3.org/1999/xhtml">alert(1)</html:script>', ''],
    ['<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>', ''],
    ['<animate attributeName="href" values="javascript:alert(1)"/>', ''],
    ['<use id="u"><set attributeName="href" to="https://evil.example/a.svg#a"/></use>', '<use id="u"/>'],
    ['<image href="https://evil.example/track.png"/>', ''],
    ['<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', ''],
    ['<feImage href="https://evil.example/track.png"/>', ''],
    ['<use href="https://evil.example/a.svg#a"/>', '<use/>'],
    ['<use href="data:image/svg+xml,&lt;svg/&gt;#a"/>', '<use/>'],
    ['<use href="//evil.example/#a"/>', '<use/>'],
    ['<use href="#a&#10;javascript:alert(1)"/>', '<use/>'],
    ['<path href="#a"/>', '<path/>'],
    ['<path fill="url(https://evil.example/a.svg#g)"/>', '<path/>'],
    ['<path fill="url(\'//evil.example\')"/>', '<path/>'],
    ['<path fill="URL(data:image/png;base64,AAAA)"/>', '<path/>'],
    ['<path style="fill:red;background:url(https://evil.example)"/>', '<path style="fill:red"/>'],
    ['<path style="fill:u\\72l(https://evil.example)"/>', '<path/>'],
    ['<path style="fill:image-set(\'https://evil.example/a\' 1x)"/>', '<path/>'],
    ['<path style="fill:red/*"/>', '<path style="fill:red"/>'],
    ['<path style="behavior:expression(alert(1))"/>', '<path/>'],
    [
      '<style>@import url(https://evil.example/a.css);path{fill:red}</style><path/>',
      '<path style="fill:red"/>',
    ],
    ['<style>@media all{path{fill:red}}</style><path/>', '<path/>'],
    ['<style>@font-face{font-family:a;src:url(https://evil.example/f)}</style><path/>', '<path/>'],
    ['<style>path{fill:url(https://evil.example/a)}</style><path/>', '<path/>'],
    ['<style>path[id^="a"]{fill:red} *{fill:red} path:hover{fill:red}</style><path/>', '<path/>'],
    ['<style>path{fill:red}&lt;/style&gt;&lt;script&gt;</style><path/>', '<path style="fill:red"/>'],
    ['<iframe src="https://evil.example"/><object/><embed/><video/><audio/><link/><meta/>', ''],
    [
      '<a xlink:href="javascript:alert(1)" xmlns:xlink="http://www.w3.org/1999/xlink"><path/></a>',
      '<g><path/></g>',
    ],
    ['<path xml:base="https://evil.example/" target="_top" tabindex="0" contentEditable="true"/>', '<path/>'],
    ['<cursor/><view/><handler/><listener/><textPath href="#a"/><discard/><mpath/>', ''],
  ])('%s', (content, expected) => {
    expect(inside(content)).toBe(expected)
  })

  test('whoever sent it is told what went', () => {
    const { removed } = read(svg('<script/><path onload="x" style="behavior:url(x)"/><script/>'))
    expect(removed).toEqual(['script', 'onload', 'style behavior'])
  })
})

describe('an SVG is refused', () => {
  test.each([
    ['with a DOCTYPE', '<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>', 'DOCTYPE'],
    [
      'that laughs a billion times',
      '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
      'DOCTYPE',
    ],
    ['with an entity of its own', '<svg xmlns="http://www.w3.org/2000/svg">&ha;</svg>', 'not well-formed'],
    ['that is not well-formed', '<svg xmlns="http://www.w3.org/2000/svg"><path></svg>', 'not well-formed'],
    ['of two roots', '<svg xmlns="http://www.w3.org/2000/svg"/><svg/>', 'not well-formed'],
    ['in HTML', '<html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>', 'neither'],
    ['of another language', '<svg xmlns="https://evil.example/svg"/>', 'neither'],
    ['with an attribute twice', '<svg xmlns="http://www.w3.org/2000/svg" id="a" id="b"/>', 'not well-formed'],
    ['with control characters', '<svg xmlns="http://www.w3.org/2000/svg">&#0;</svg>', 'not well-formed'],
  ])('%s', (_what, text, reason) => {
    expect(refusal(Buffer.from(text))).toContain(reason)
  })

  test('in another encoding than UTF-8', () => {
    expect(refusal(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>', 'utf16le'))).toMatch(
      /UTF-8|well-formed/,
    )
    expect(refusal(Buffer.concat([svg(''), Buffer.of(0xff)]))).toContain('UTF-8')
  })

  test('of too much depth, too many elements or too many attributes', () => {
    expect(refusal(svg('<g>'.repeat(64) + '</g>'.repeat(64)))).toContain('64 levels')
    expect(refusal(svg('<g/>'.repeat(5_000)))).toContain('5000 elements')
    const attributes = Array.from({ length: 101 }, (_, index) => `a${index}=""`).join(' ')
    expect(refusal(svg(`<g ${attributes}/>`))).toContain('100 attributes')
  })

  test('that unfolds to billions of elements', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `<g id="g${level}">${`<use href="#g${level + 1}"/>`.repeat(10)}</g>`,
    )
    expect(refusal(svg(`${levels.join('')}<path id="g12"/>`))).toContain('unfolds')
    const patterns = Array.from(
      { length: 12 },
      (_, level) =>
        `<pattern id="p${level}">${`<path class="c${level + 1}"/>`.repeat(10)}</pattern><style>.c${level}{fill:url(#p${level})}</style>`,
    )
    expect(refusal(svg(patterns.join('')))).toContain('unfolds')
  })

  test('that points to itself', () => {
    expect(refusal(svg('<g id="a"><use href="#a"/></g>'))).toContain('itself')
    expect(refusal(svg('<pattern id="a" href="#b"/><pattern id="b" href="#a"/>'))).toContain('itself')
    expect(refusal(svg('<mask id="m"><path mask="url(#m)"/></mask>'))).toContain('itself')
  })

  test('whose style sheet would fill a disk', () => {
    const rule = `.a{font-family:${'x'.repeat(40_000)}}`
    expect(refusal(svg(`<style>${rule}</style>${'<path class="a"/>'.repeat(3_000)}`))).toContain(
      'Written out',
    )
  })
})

describe('what a style sheet costs is counted', () => {
  const rule = Array.from({ length: 48 }, (_, index) => `${[...properties][index]}:a`).join(';')

  test('a class counts once, however often it is named', () => {
    const spent: number[] = []
    const sheet = parseStyleSheet(
      `.a{${rule}}`,
      () => {},
      (declarations) => spent.push(declarations),
    )
    const classes = Array.from({ length: 50_000 }, () => 'a')
    expect(sheet.of({ name: 'path', classes }).size).toBe(48)
    expect(spent).toEqual([48, 0, 48])
    expect(inside(`<style>.a{fill:red}</style><path class="${'a '.repeat(45_000)}"/>`)).toBe(
      '<path style="fill:red"/>',
    )
  })

  test('many selectors of one rule are refused', () => {
    expect(refusal(svg(`<style>${'a,'.repeat(40_000)}a{${rule}}</style>`))).toContain('too often')
  })

  test('many classes of many elements are refused', () => {
    const names = Array.from({ length: 100 }, (_, index) => `c${index}`)
    const sheet = `<style>.${names.join(',.')}{${rule}}</style>`
    expect(refusal(svg(`${sheet}${`<path class="${names.join(' ')}"/>`.repeat(50)}`))).toContain('too often')
    expect(refusal(svg(`<path class="${names.join(' ')} one-more"/>`))).toContain('too many classes')
  })
})

test('what was written is what is read again', () => {
  const first = read(
    svg(`<style>.a{fill:url(#g)}</style><g class="a"><text>&lt;"'&amp;</text></g><linearGradient id="g"/>`),
  )
  expect(read(Buffer.from(first.text)).text).toBe(first.text)
})

test('texts made to be slow to read hold nobody up', () => {
  for (const content of [
    `<style>${'/*'.repeat(48_000)}</style>`,
    `<style>${'{'.repeat(96_000)}</style>`,
    `<path d="${'a'.repeat(96_000)}"/>`,
    `<path d="${'('.repeat(96_000)}"/>`,
    `<path fill="${'url('.repeat(24_000)}"/>`,
    `<path class="${'a '.repeat(48_000)}"/>`,
    `<path style="${'a:b;'.repeat(24_000)}"/>`,
  ]) {
    read(svg(content))
  }
})
