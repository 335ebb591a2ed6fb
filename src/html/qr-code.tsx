import { create } from 'qrcode'

/** ISO/IEC 18004 §9.1: four modules of nothing around it, or cameras do not find it. */
const QUIET_ZONE = 4

/** A picture that telephones read; dark on light whatever the page is, for many read nothing else. */
export const QrCode = ({ text, alt }: { readonly text: string; readonly alt: string }) => {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const side = modules.size + 2 * QUIET_ZONE
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${side} ${side}`}
      width="200"
      height="200"
      shape-rendering="crispEdges"
      role="img"
      aria-label={alt}
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={pathOf(modules)} fill="#000" />
    </svg>
  )
}

/** The dark modules, each run of a row as one rectangle. */
const pathOf = ({ data, size }: { readonly data: Uint8Array; readonly size: number }): string => {
  const runs: string[] = []
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const start = column
      while (column < size && data[row * size + column]) column++
      if (column > start) {
        runs.push(`M${start + QUIET_ZONE} ${row + QUIET_ZONE}h${column - start}v1h${start - column}z`)
      }
    }
  }
  return runs.join('')
}
