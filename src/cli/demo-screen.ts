import { styleText } from 'node:util'

/** How the demo looks: headings, numbered steps, columns. Colours only where a person reads them (styleText sees to it). */
export interface Screen {
  heading(text: string): void
  /** One line for each, the first column aligned. */
  facts(facts: readonly (readonly [label: string, value: string])[]): void
  step(text: string): void
  /** Belongs to the step before. */
  detail(text: string): void
  paragraph(text: string): void
}

const WIDTH = 96
const INDENT = '  '
/** "  1. " */
const STEP_INDENT = '     '

export const createScreen = (print: (line: string) => void): Screen => {
  let steps = 0
  const indented = (text: string, first: string, others: string): void => {
    for (const [index, line] of wrap(text, WIDTH - others.length).entries()) {
      print(`${index === 0 ? first : others}${line}`)
    }
  }
  return {
    heading: (text) => {
      print('')
      print(styleText('bold', text))
    },
    facts: (facts) => {
      const width = Math.max(...facts.map(([label]) => label.length))
      for (const [label, value] of facts) {
        print(`${INDENT}${styleText('dim', label.padEnd(width))}  ${value}`)
      }
    },
    step: (text) => {
      steps += 1
      const number = `${String(steps).padStart(INDENT.length + 1)}. `
      indented(text, styleText('cyan', number), STEP_INDENT)
    },
    detail: (text) => {
      for (const line of text.split('\n')) print(`${STEP_INDENT}${styleText('dim', line)}`)
    },
    paragraph: (text) => {
      print('')
      indented(text, '', '')
    },
  }
}

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
