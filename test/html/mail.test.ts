import { expect, test } from 'vitest'
import { contrast } from '../../src/html/color.ts'
import type { Mail } from '../../src/mail/mail.ts'
import type { MailBranding, MailLogo } from '../../src/mail/mail-branding.ts'
import { composeMessage, type Message } from '../../src/mail/message.tsx'
import { type Palette, paletteOf } from '../../src/mail/palette.ts'
import { mailLanguages } from '../../src/mail/text/index.ts'
import { codePurposes } from '../../src/protocol/code-purpose.ts'

const logo: MailLogo = {
  contentId: 'abc@logo',
  type: 'image/png',
  content: new Uint8Array(),
  filename: 'logo.png',
  width: 96,
  height: 32,
}

const composed = (mail: Mail, branding: MailBranding = { name: 'Acme' }): Message =>
  composeMessage(mail, { branding, hasAccount: true, codeMinutes: 10 })

const everyMail = (language: string): Mail[] => [
  ...codePurposes.map(
    (purpose): Mail => ({
      kind: 'code',
      purpose,
      codeId: '01HZ',
      email: 'ada@example.com',
      code: '123456',
      language,
    }),
  ),
  { kind: 'password_changed', language },
  { kind: 'password_changed', language, endedOthers: false },
  { kind: 'email_changed', email: 'ada@example.com', language },
]

/** What somebody reads of it, a paragraph a line. */
const readOf = (html: string): string[] =>
  html
    .replace(/<head>.*<\/head>/s, '')
    .split('</p>')
    .map((part) =>
      part
        .replaceAll(/<[^>]*>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&')
        .trim(),
    )
    .filter((part) => part !== '' && part !== '<!doctype html>')

const tags = mailLanguages.map(({ language }) => language)

test.each(tags)('both parts of a mail say the same, in $tag', ({ tag, direction }) => {
  for (const mail of everyMail(tag)) {
    const { html, text, subject } = composed(mail)
    // The operator's name begins the one and ends the other.
    const [operator, ...paragraphs] = readOf(html)
    expect(`${[...paragraphs, operator].join('\n\n')}\n`).toBe(text)
    expect(html).toContain(`<title>${subject}</title>`)
    // Twice: mail programs on the web have a document of their own, and take what is inside ours.
    expect(html.split(`lang="${tag}" dir="${direction}"`)).toHaveLength(3)
    expect(text + subject).not.toMatch(/[{}]/)
  }
})

test('whatever the operator is called stays a name: text in both parts, and in the description of the logo', () => {
  const name = '"><img src=x onerror=alert(1)>&amp; </title><script>alert(2)</script> \u202eemca'
  for (const mail of everyMail('en')) {
    for (const branding of [{ name }, { name, logo }]) {
      const { html, text } = composed(mail, branding)
      expect(html).not.toMatch(/<script|<img src=x/)
      expect(html.split('</title>')).toHaveLength(2)
      expect(html.match(/<img /g) ?? []).toHaveLength('logo' in branding ? 1 : 0)
      expect(text).toContain(name)
      if (!('logo' in branding)) expect(readOf(html)[0]).toBe(name)
    }
  }
})

test('an address is text, though addresses may hold what markup is made of', () => {
  const email = `"<b>&"@example.com`
  const { html } = composed({ kind: 'email_changed', email, language: 'en' })
  expect(html).toContain('<bdi>&quot;&lt;b>&amp;&quot;@example.com</bdi>')
})

test('the logo comes with the mail, and nothing is loaded from anywhere', () => {
  const { html, pictures } = composed({ kind: 'password_changed', language: 'en' }, { name: 'Acme', logo })
  expect(pictures).toEqual([logo])
  expect(html).toContain('<img src="cid:abc@logo" alt="Acme" width="96" height="32"')
  expect(html.replaceAll('src="cid:', '')).not.toMatch(/src=|href=|url\(|@import|https?:/)
})

const accents = [undefined, '#ffd400', '#ffffff', '#000000', '#ff0000', '#808080', '#00e5a0', '#1b2a6b']

test.each(accents)(
  'with the accent %s every text can be read, light and dark: 4.5:1 (WCAG 1.4.3)',
  (accent) => {
    for (const scheme of ['light', 'dark'] as const) {
      const palette: Palette = paletteOf(scheme, accent)
      for (const ink of [palette.ink, palette.muted, palette.accent])
        for (const ground of [palette.page, palette.surface, palette.sunken])
          expect(contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }
  },
)

test('every colour of light has one of dark that takes its place', () => {
  const { html } = composed({ ...everyMail('en')[0], kind: 'code' } as Mail)
  const [, rules = ''] = /<style>(.*)<\/style>/s.exec(html) ?? []
  const colored = [...html.matchAll(/<\w+([^>]*?)style="[^"]*color:/g)].map(([, before = '']) => before)
  expect(colored.length).toBeGreaterThan(5)
  for (const attributes of colored) {
    const [, name] = /class="(\w+)"/.exec(attributes) ?? []
    expect(rules).toContain(`.${name}{`)
  }
})
