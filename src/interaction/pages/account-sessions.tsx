import { Button, Form } from '../../html/form.tsx'
import { DesktopIcon, PhoneIcon } from '../../html/icons.tsx'
import { Filled, fill } from '../../html/sentence.tsx'
import type { Text } from '../text/index.ts'
import { AccountFrame, type AccountFrameProps, AccountPart } from './account-frame.tsx'
import { type Moment, When } from './moment.tsx'
import { Paging, type PagingProps } from './paging.tsx'

export interface ShownSession {
  readonly id: string
  readonly browser: { readonly name: string; readonly system?: string; readonly isMobile: boolean } | null
  readonly address: string | null
  /** The reader is in the same network. */
  readonly isNearby: boolean
  readonly signedIn: Moment
  /** Where it is known. */
  readonly lastActive?: Moment
}

export interface AccountSessionsProps extends AccountFrameProps {
  /** Takes which session is to end as `end`: its ID, `others` or `all`. */
  readonly action: string
  readonly current: ShownSession
  readonly others: readonly ShownSession[]
  readonly paging: PagingProps
}

export const AccountSessions = (props: AccountSessionsProps) => {
  const { text, action, csrfToken, current, others, paging } = props
  const { sessions: words } = text.accountPages
  const hasOthers = others.length > 0 || paging.newer !== undefined
  return (
    <AccountFrame frame={props} title={words.title} section="sessions">
      <div class="heading heading-start">
        <h1>{words.title}</h1>
        <p>{words.about}</p>
      </div>
      <AccountPart id="this-browser" title={words.thisBrowser}>
        <ul class="panel">
          <Session text={text} session={current} />
        </ul>
      </AccountPart>
      <AccountPart id="elsewhere" title={words.others}>
        {!hasOthers ? (
          <p class="account-none">{words.noOthers}</p>
        ) : (
          <Form action={action} csrfToken={csrfToken}>
            <ul class="panel">
              {others.map((session) => (
                <Session key={session.id} text={text} session={session} mayEnd />
              ))}
            </ul>
          </Form>
        )}
        <Paging text={text} paging={paging} />
      </AccountPart>
      <AccountPart id="many" title={words.endMany} about={words.consequence}>
        <Form action={action} csrfToken={csrfToken} class="account-actions">
          {hasOthers && (
            <Button id="end-others" name="end" value="others" weight="choice">
              {words.elsewhere}
            </Button>
          )}
          <Button id="end-all" name="end" value="all" weight="choice">
            {words.everywhere}
          </Button>
        </Form>
      </AccountPart>
    </AccountFrame>
  )
}

const Session = (props: {
  readonly text: Text
  readonly session: ShownSession
  readonly mayEnd?: boolean
}) => {
  const { id, browser, address, isNearby, signedIn, lastActive } = props.session
  const { sessions: words } = props.text.accountPages
  const name = nameOf(browser, words)
  return (
    <li class="entry">
      <span class="entry-sign">{browser?.isMobile ? <PhoneIcon /> : <DesktopIcon />}</span>
      <div class="entry-body">
        <div class="entry-text">
          <span class="entry-name">
            {browser?.system === undefined ? (
              <bdi>{name}</bdi>
            ) : (
              // Each name by itself: between them stands a word of the reader's language.
              <Filled sentence={words.onSystem} values={{ browser: browser.name, system: browser.system }} />
            )}
          </span>
          <span class="entry-detail">
            {address === null ? (
              words.unknownAddress
            ) : (
              <Filled sentence={words.address} values={{ address }} />
            )}
            {isNearby && ` ${words.yourNetwork}`}
          </span>
          <span class="entry-detail">
            <Filled sentence={words.signedIn} values={{ when: <When at={signedIn} /> }} />
            {lastActive && (
              <>
                {' · '}
                <Filled sentence={words.lastActive} values={{ when: <When at={lastActive} /> }} />
              </>
            )}
          </span>
        </div>
        {props.mayEnd && (
          <Button
            id={`end-${id}`}
            name="end"
            value={id}
            weight="quiet"
            label={fill(words.endOf, { browser: name })}
          >
            {words.end}
          </Button>
        )}
      </div>
    </li>
  )
}

const nameOf = (browser: ShownSession['browser'], words: Text['accountPages']['sessions']): string => {
  if (browser === null) return words.unknownBrowser
  const { name, system } = browser
  return system === undefined ? name : fill(words.onSystem, { browser: name, system })
}
