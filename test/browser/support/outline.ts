import type { Page } from 'playwright-core'

/** What a page says about itself to those who do not see it. */
export const outline = (page: Page) =>
  page.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]
    const label = (input: HTMLElement) =>
      input instanceof HTMLInputElement
        ? [...(input.labels ?? [])].map((one) => one.textContent?.trim()).join()
        : ''
    const box = (element: HTMLElement) => element.getBoundingClientRect()
    return {
      language: document.documentElement.lang,
      title: document.title,
      headings: all('h1').length,
      levels: all('h1, h2, h3').map((heading) => heading.tagName),
      unlabelled: all('input:not([type=hidden], [hidden])')
        .filter((input) => label(input) === '')
        .map((input) => input.id),
      nameless: all('button, a, summary').filter((element) => element.textContent?.trim() === '').length,
      pictures: all('img:not([alt])').length,
      small: all('button, summary, input:not([type=hidden], [hidden]), a')
        .filter((element) => box(element).width < 24 || box(element).height < 24)
        .map((element) => element.outerHTML),
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      cut: all('main *')
        .filter(
          (element) => box(element).width > 0 && box(element).right > document.documentElement.clientWidth,
        )
        .map((element) => element.outerHTML.slice(0, 200)),
    }
  })

/** The same of a page with nothing to find fault with, but for its title and the levels of its headings. */
export const faultless = {
  language: 'en',
  headings: 1,
  unlabelled: [],
  nameless: 0,
  pictures: 0,
  small: [],
  overflow: 0,
  cut: [],
}
