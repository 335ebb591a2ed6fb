/** One page that shows all pictures: a row for each page, in the order of the tour. */
export const contactSheet = (
  variants: readonly string[],
  taken: ReadonlyMap<string, readonly string[]>,
): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Screenshots</title>
<style>
  body { margin: 0; font: 14px/1.4 system-ui, sans-serif; color: #14161b; background: #d5d8de }
  table { border-spacing: 12px }
  th { text-align: start; position: sticky; background: #d5d8de }
  thead th { top: 0 }
  tbody th { left: 0; vertical-align: top; min-width: 10rem }
  td { vertical-align: top }
  img { display: block; height: 420px; width: auto; border-radius: 6px }
</style>
<table>
<thead><tr><th>${variants.map((variant) => `<th>${variant}`).join('')}</thead>
<tbody>
${[...taken]
  .map(([at, of]) => {
    const cells = variants.map((variant) => {
      const file = fileNameOf(at, variant)
      return of.includes(variant)
        ? `<td><a href="${file}"><img src="${file}" alt="${at}, ${variant}" loading="lazy"></a>`
        : '<td>'
    })
    return `<tr><th>${at}${cells.join('')}`
  })
  .join('\n')}
</tbody>
</table>
</html>
`

export const fileNameOf = (at: string, variant: string): string =>
  `${at.replaceAll(/[^a-z0-9]+/gi, '-')}.${variant}.png`
