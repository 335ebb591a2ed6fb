import { schemes } from '../../html/in-scheme.ts'

/**
 * A page that people see, as it is, in a frame that nothing can be done in: in light, and in the dark, whatever the reader
 * has chosen for themselves.
 */
export const Preview = ({
  title,
  path,
  isTall = false,
}: {
  readonly title: string
  readonly path: string
  readonly isTall?: boolean
}) => (
  <div class="previews">
    {schemes.map((scheme) => (
      <figure key={scheme} class={`preview preview-${scheme}`}>
        <figcaption>{scheme === 'light' ? 'Light' : 'Dark'}</figcaption>
        <div class={`preview-window${isTall ? ' preview-window-tall' : ''}`}>
          <iframe
            id={`preview-${scheme}`}
            title={`${title}, ${scheme}`}
            src={`${path}${path.includes('?') ? '&' : '?'}scheme=${scheme}`}
            sandbox="allow-same-origin"
            tabIndex={-1}
          />
        </div>
      </figure>
    ))}
  </div>
)
