import type { DecodedToken, Exchange } from '../trial/exchange.ts'
import { Badge, CodeBlock } from './parts.tsx'

/** Requests and their answers, in the order in which they were made. */
export const Exchanges = ({ exchanges }: { readonly exchanges: readonly Exchange[] }) => (
  <ol class="exchanges">
    {exchanges.map((exchange, index) => (
      <li key={exchange.title} class="exchange" id={`step-${index + 1}`}>
        <header>
          <h2>
            {index + 1}. {exchange.title}
          </h2>
          {exchange.answer && (
            <Badge tone={exchange.answer.status < 400 ? 'good' : 'danger'}>{exchange.answer.status}</Badge>
          )}
        </header>
        <p>{exchange.about}</p>
        <CodeBlock id={`request-${index + 1}`} label="Request" code={exchange.request} />
        {exchange.answer && (
          <CodeBlock id={`answer-${index + 1}`} label="Answer" code={exchange.answer.body} />
        )}
        {exchange.tokens.map((token) => (
          <Token key={token.name} token={token} />
        ))}
      </li>
    ))}
  </ol>
)

const Token = ({ token: { name, header, claims } }: { readonly token: DecodedToken }) => (
  <div class="exchange-token">
    <h3>
      The {names[name] ?? name}, {String(header['typ'] ?? 'JWT')} signed with {String(header['alg'])}
    </h3>
    <CodeBlock id={`${name}-header`} label="Header" code={JSON.stringify(header, null, 2)} />
    <CodeBlock id={`${name}-claims`} label="Claims" code={JSON.stringify(claims, null, 2)} />
  </div>
)

const names: Readonly<Record<string, string>> = { access_token: 'access token', id_token: 'ID token' }
