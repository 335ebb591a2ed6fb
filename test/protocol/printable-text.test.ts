import { describe, expect, test, vi } from 'vitest'
import { parseLine, parseText } from '../../src/protocol/printable-text.ts'

describe('a line that people will read', () => {
  test.each([
    ['zero width space and word joiner', '\u200B\u2060'],
    ['Hangul filler', '\u3164'],
    ['half-width Hangul filler', '\uFFA0'],
    ['Hangul choseong filler', '\u115F'],
    ['braille blank', '\u2800'],
    ['soft hyphen', 'Ac\u00ADme'],
    ['combining grapheme joiner', 'A\u034Fcme'],
    ['byte order mark', 'Ac\uFEFFme'],
    ['variation selector', 'A\uFE00cme'],
    ['tag characters', 'Acme\u{E0041}\u{E0042}'],
    ['invisible plus', 'A\u2064cme'],
    ['zero width joiner alone', '\u200D'],
    ['zero width joiner between Latin letters', 'pay\u200Dpal'],
    ['zero width non-joiner between Cyrillic letters', 'бан\u200Cк'],
    ['zero width non-joiner at the end', 'می\u200C'],
    ['two zero width non-joiners', 'می\u200C\u200Cخواهم'],
    ['emoji presentation of a letter', 'A\uFE0Fcme'],
    ['Arabic letter mark', 'Acme\u061C1'],
    ['right-to-left mark', 'Acme\u200F1'],
    ['left-to-right mark', 'Acme\u200E1'],
    ['right-to-left override', 'Acme\u202Eemca'],
    ['right-to-left isolate', 'Acme\u2067emca'],
    ['interlinear annotation alone', '\uFFF9'],
    ['interlinear annotation', 'a\uFFFAb\uFFFB'],
    ['object replacement character', '\uFFFC'],
    ['no character', 'a\uFFFE'],
    ['no character of another plane', 'a\u{1FFFF}'],
    ['private use', '\uE000'],
    ['private use of another plane', 'a\u{F0000}'],
    ['Egyptian joiner', '\u{13430}'],
    ['Egyptian blank', '\u{13441}'],
    ['musical note without a head', '\u{1D159}'],
    ['shorthand format overlap', 'a\u{1BCA0}'],
    ['letters buried under marks', `A\u0327${'\u0323'.repeat(9)}cme`],
  ])('holds nothing that cannot be seen: %s', (_, text) => {
    expect(parseLine(text, 100)).toBeUndefined()
    expect(parseText(text, 100)).toBeUndefined()
  })

  test.each(['', ' ', '\u00A0\u3000', '\u0301', '\u0301 \u0301'])('is not blank: %j', (text) => {
    expect(parseLine(text, 100)).toBeUndefined()
  })

  test.each([
    ['Persian, with a non-joiner', 'شرکت می\u200Cخواهم'],
    ['Sinhala, with a joiner after a mark', 'ශ්\u200Dරී ලංකා'],
    ['Hindi, with a joiner', 'क्\u200Dषत्रिय'],
    ['Arabic, with a sign around a number', 'سورة \u06DD١'],
    ['Egyptian hieroglyphs', '𓂋𓏤𓈖'],
    ['what no version of Unicode knew yet', 'A\u{3FFF0}'],
    ['Korean', '한국어 ㅋㅋ'],
    ['Hebrew', 'חברת אקמה'],
    ['emoji', 'Tea ❤\uFE0F & 👩\u200D💻 👩🏽\u200D🚀 🏳\uFE0F\u200D🌈'],
    ['marks of other alphabets', 'Žižek Đặng ẘ'],
    ['Tibetan, with marks upon marks', 'བསྒྲུབས་ཧྐྵྨླྺྻྃ'],
    ['Hebrew with vowels and accents', 'בְּרֵאשִׁ֖ית'],
  ])('takes what is written that way: %s', (_, text) => {
    expect(parseLine(text, 100)).toBe(text.normalize('NFC'))
    expect(parseText(text, 100)).toBe(text.normalize('NFC'))
  })

  test('is composed only if it could be short enough: sorting marks takes time that grows with their square', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize')
    const marks = `a${'\u0315\u0300'.repeat(30_000)}`
    expect(parseLine(marks, 255)).toBeUndefined()
    expect(parseText(marks, 255)).toBeUndefined()
    expect(normalize).not.toHaveBeenCalled()
    // What four code units compose to is one character.
    const composed = '\u03B1\u0313\u0300\u0345'
    expect(parseLine(composed.repeat(255), 255)).toBe('\u1F82'.repeat(255))
  })
})
