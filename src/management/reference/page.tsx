import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from '../openapi.ts'
import type { JsonSchema } from '../openapi-schema.ts'
import { exampleOf } from './example.ts'
import { Prose, Words } from './prose.tsx'
import { Field, Inside, nameOf, objectAnchor, TypeName } from './schema-view.tsx'

export interface ReferenceProps {
  readonly document: OpenApiDocument
  readonly documentPath: string
  readonly stylesheetPath: string
  readonly scriptPath: string
}

interface Described {
  readonly method: string
  readonly path: string
  readonly operation: OpenApiOperation
}

/** The whole reference as one page that needs no script to be read; with one, it is searched and tried out. */
export const Reference = ({ document, documentPath, stylesheetPath, scriptPath }: ReferenceProps) => {
  const operations: Described[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  const groups = document.tags.map(({ name }) => ({
    name,
    operations: operations.filter(({ operation }) => operation.tags[0] === name),
  }))
  const { schemas } = document.components
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{document.info.title}</title>
        <link rel="stylesheet" href={stylesheetPath} />
        <link rel="icon" href="data:," />
        <script src={scriptPath} defer />
      </head>
      <body>
        <a class="skip" href="#operations">
          Skip to the operations
        </a>
        <header class="top">
          <p class="top-title">
            <a href="#top">{document.info.title}</a> <small>{document.info.version}</small>
          </p>
          <form class="tools" data-scripted hidden autocomplete="off">
            <input
              type="search"
              id="search"
              aria-label="Search the operations"
              placeholder="Search"
              autocomplete="off"
              spellcheck={false}
            />
            <input
              type="password"
              id="api-key"
              aria-label="API key to try operations with; it stays on this page until you leave it"
              placeholder="API key (sk_…)"
              title="Stays on this page until you leave it"
              autocomplete="off"
              spellcheck={false}
              data-1p-ignore
            />
          </form>
          <a class="top-document" href={documentPath}>
            OpenAPI
          </a>
        </header>
        <div class="columns" id="top">
          <nav aria-label="Operations">
            <details class="contents" open>
              <summary>Contents</summary>
              {groups.map(({ name, operations: members }) => (
                <div class="nav-group" key={name}>
                  <a class="nav-tag" href={`#${anchorOfTag(name)}`}>
                    {name}
                  </a>
                  <ul>
                    {members.map(({ method, operation }) => (
                      <li key={operation.operationId} data-for={operation.operationId}>
                        <a href={`#${operation.operationId}`}>
                          <Method method={method} /> {operation.summary}
                        </a>
                      </li>
                    ))}
                  </ul>
                </div>
              ))}
              <a class="nav-tag" href="#objects">
                Objects
              </a>
            </details>
          </nav>
          <main id="operations">
            <h1>{document.info.title}</h1>
            <div id="introduction">
              <Prose text={document.info.description} />
              <p>
                <code class="server">{document.servers[0].url}</code>
              </p>
            </div>
            <p id="no-match" hidden>
              Nothing is called like that.
            </p>
            {groups.map(({ name, operations: members }) => (
              <section class="group" key={name} aria-labelledby={anchorOfTag(name)}>
                <h2 id={anchorOfTag(name)}>{name}</h2>
                {members.map((described) => (
                  <Operation key={described.operation.operationId} {...described} schemas={schemas} />
                ))}
              </section>
            ))}
            <section class="group" aria-labelledby="objects">
              <h2 id="objects">Objects</h2>
              {Object.entries(schemas).map(([name, schema]) => (
                <details class="operation object" key={name} id={objectAnchor(name)}>
                  <summary>
                    <span class="summary-text">{name}</span>
                  </summary>
                  <div class="operation-body">
                    {typeof schema['description'] === 'string' && <Prose text={schema['description']} />}
                    <Inside schema={schema} />
                  </div>
                </details>
              ))}
            </section>
          </main>
        </div>
      </body>
    </html>
  )
}

const anchorOfTag = (tag: string): string => `tag-${tag.toLowerCase().replaceAll(/\W+/g, '-')}`

const Method = ({ method }: { readonly method: string }) => (
  <span class={`method method-${method.toLowerCase()}`}>{method}</span>
)

const Operation = ({
  method,
  path,
  operation,
  schemas,
}: Described & { readonly schemas: OpenApiDocument['components']['schemas'] }) => {
  const { operationId, summary, description, parameters = [], requestBody } = operation
  const [mediaType, body] = Object.entries(requestBody?.content ?? {})[0] ?? []
  return (
    <details
      class="operation"
      id={operationId}
      data-search={`${operationId} ${method} ${path} ${summary} ${operation.tags[0]}`.toLowerCase()}
    >
      <summary>
        <Method method={method} /> <code class="path">{path}</code>{' '}
        <span class="summary-text">{summary}</span>
      </summary>
      <div class="operation-body">
        <Prose text={description} />
        <Parameters title="Path" parameters={parameters.filter((each) => each.in === 'path')} />
        <Parameters title="Query" parameters={parameters.filter((each) => each.in === 'query')} />
        {body && (
          <>
            <h3>
              Body <small>{Object.keys(requestBody?.content ?? {}).join(', ')}</small>
            </h3>
            {mediaType === 'application/json' ? (
              <Shape schema={body.schema} />
            ) : (
              <p>The bytes as they are.</p>
            )}
          </>
        )}
        <h3>Answers</h3>
        <ul class="answers">
          {Object.entries(operation.responses).map(([status, response]) => (
            <Answer key={status} status={status} {...response} />
          ))}
        </ul>
        <Try
          method={method}
          path={path}
          parameters={parameters}
          mediaType={mediaType}
          example={
            mediaType === 'application/json' && body
              ? JSON.stringify(exampleOf(body.schema, schemas), null, 2)
              : undefined
          }
          operationId={operationId}
        />
      </div>
    </details>
  )
}

const Parameters = ({
  title,
  parameters,
}: {
  readonly title: string
  readonly parameters: readonly OpenApiParameter[]
}) =>
  parameters.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <ul class="fields">
        {parameters.map(({ name, schema, required, description }) => (
          <Field key={name} name={name} schema={schema} isRequired={required} description={description} />
        ))}
      </ul>
    </>
  )

const Shape = ({ schema }: { readonly schema: JsonSchema }) =>
  nameOf(schema) === undefined ? (
    <Inside schema={schema} />
  ) : (
    <p>
      <TypeName schema={schema} />
    </p>
  )

const Answer = ({
  status,
  description,
  content,
}: OpenApiOperation['responses'][string] & { readonly status: string }) => {
  const schema = content?.['application/json']?.schema
  const isNamed = schema && (nameOf(schema) !== undefined || schema['type'] === 'array')
  return (
    <li class="answer">
      <span class={`status status-${status[0]}`}>{status}</span>
      <div>
        <Words text={description} /> {isNamed && <TypeName schema={schema} />}
        {schema && !isNamed && <Inside schema={schema} />}
      </div>
    </li>
  )
}

/** Needs the script, and is not shown without. */
const Try = ({
  method,
  path,
  parameters,
  mediaType,
  example,
  operationId,
}: {
  readonly method: string
  readonly path: string
  readonly parameters: readonly OpenApiParameter[]
  readonly mediaType: string | undefined
  readonly example: string | undefined
  readonly operationId: string
}) => (
  <form
    class="try"
    data-scripted
    hidden
    data-method={method}
    data-path={path}
    data-type={mediaType}
    autocomplete="off"
  >
    <h3>Try it</h3>
    {parameters.map(({ name, in: where, required, schema }) => {
      const id = `${operationId}-${name}`
      return (
        <div class="try-field" key={name}>
          <label for={id}>{name}</label>
          <input
            id={id}
            name={name}
            data-in={where}
            required={required}
            placeholder={'default' in schema ? String(schema['default']) : undefined}
            autocomplete="off"
            spellcheck={false}
          />
        </div>
      )
    })}
    {example !== undefined && (
      <div class="try-field try-body">
        <label for={`${operationId}-body`}>Body</label>
        <textarea
          id={`${operationId}-body`}
          data-in="body"
          rows={Math.min(12, example.split('\n').length + 1)}
          spellcheck={false}
        >
          {example}
        </textarea>
      </div>
    )}
    {mediaType !== undefined && example === undefined && (
      <div class="try-field">
        <label for={`${operationId}-body`}>Body</label>
        <input id={`${operationId}-body`} type="file" data-in="body" />
      </div>
    )}
    <p class="try-actions">
      <button type="submit" class={method === 'DELETE' ? 'send send-danger' : 'send'}>
        Send
      </button>
      <button type="button" class="copy" data-copy>
        Copy as curl
      </button>
    </p>
    <output class="outcome" aria-live="polite" />
  </form>
)
