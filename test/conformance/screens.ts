/*
 * What the suite's scripted browser does on our pages, by their stable IDs. A placeholder is where the suite wants a
 * screenshot for a person to look at.
 */

export interface Person {
  readonly email: string
  readonly password: string
}

type Command = readonly (string | number)[]

interface Task {
  readonly task: string
  readonly match: string
  readonly optional: boolean
  readonly commands: readonly Command[]
}

export interface Screen {
  readonly match: string
  readonly tasks: readonly Task[]
}

const screenshot: Command = ['wait', 'xpath', '//*', 10, '.*', 'update-image-placeholder-optional']

export const screensOf = (issuer: string, suite: string, { email, password }: Person) => {
  const authorize = `${issuer}/oauth2/authorize*`
  /** Two pages; whoever signs in once more is not asked for the first. */
  const signIn = (first: readonly Command[] = []): readonly Task[] => [
    {
      task: 'Say who it is',
      match: `${issuer}/sign-in*`,
      optional: true,
      commands: [
        ...first,
        ['text', 'id', 'email', email, 'optional'],
        ['click', 'id', 'continue', 'optional'],
      ],
    },
    {
      task: 'Sign in',
      match: `${issuer}/sign-in*`,
      optional: true,
      commands: [
        ['text', 'id', 'password', password],
        ['click', 'id', 'sign-in'],
      ],
    },
  ]
  const consent = (button: 'allow' | 'deny'): Task => ({
    task: 'Consent',
    match: `${issuer}/consent*`,
    optional: true,
    commands: [['click', 'id', button]],
  })
  /** RFC 9700 §4.11.2: to a client that nobody vouches for one goes by oneself. */
  const goOn: Task = {
    task: 'Go on to the client',
    match: authorize,
    optional: true,
    commands: [['click', 'id', 'continue', 'optional']],
  }
  const back: Task = {
    task: 'Back at the client',
    match: `${suite}/test/*/callback*`,
    optional: true,
    commands: [['wait', 'id', 'submission_complete', 10]],
  }
  const logout: Screen = {
    match: `${issuer}/oauth2/logout*`,
    tasks: [
      {
        task: 'Sign out',
        match: `${issuer}/oauth2/logout*`,
        optional: true,
        commands: [screenshot, ['click', 'id', 'sign-out', 'optional']],
      },
      {
        task: 'Signed out',
        match: `${issuer}/*`,
        optional: true,
        commands: [screenshot, ['click', 'id', 'continue', 'optional']],
      },
    ],
  }
  const authorizing = (...tasks: Task[]): Screen[] => [{ match: authorize, tasks }, logout]
  return {
    /** Whoever is asked signs in and allows. */
    usual: authorizing(goOn, ...signIn(), consent('allow'), back),
    /** The second sign-in is to be seen. */
    reviewed: authorizing(...signIn([screenshot]), consent('allow'), back),
    /** The page that asks is to be seen. */
    approval: authorizing(...signIn(), { ...consent('allow'), commands: [screenshot] }),
    denied: authorizing(...signIn(), consent('deny'), back),
    /** The first visit ends at the sign-in page; the second one signs in. */
    secondVisit: [
      {
        match: authorize,
        'match-limit': 1,
        tasks: [
          { task: 'Sign-in page', match: `${issuer}/sign-in*`, optional: true, commands: [screenshot] },
        ],
      },
      ...authorizing(...signIn(), consent('allow'), back),
    ],
    /** Nothing but an error page of ours. */
    refused: [
      {
        match: authorize,
        tasks: [{ task: 'Error page', match: authorize, optional: true, commands: [screenshot] }, back],
      },
    ],
  }
}
