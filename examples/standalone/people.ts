import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/* The people of this application. Yours are where they always were. */

export interface Person {
  readonly id: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly workspaces: readonly string[]
}

interface Kept extends Person {
  readonly salt: string
  readonly passwordHash: Buffer
}

/** OWASP Password Storage Cheat Sheet: N=2^17 takes 128 MiB. */
const COST: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

const hash = (password: string, salt: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key)))
  })

const kept = async (person: Person, password: string): Promise<Kept> => {
  const salt = `salt of ${person.id}`
  return { ...person, salt, passwordHash: await hash(password, salt) }
}

const people: readonly Kept[] = await Promise.all([
  kept(
    {
      id: 'staff-17',
      email: 'grace@northwind.example',
      firstName: 'Grace',
      lastName: 'Hopper',
      workspaces: ['Compilers', 'Navy'],
    },
    'amazing grace',
  ),
  kept(
    {
      id: 'staff-42',
      email: 'alan@northwind.example',
      firstName: 'Alan',
      lastName: 'Turing',
      workspaces: ['Bletchley', 'Navy'],
    },
    'imitation game',
  ),
])

/** Unknown address and wrong password: the same answer after the same work. */
export const personWith = async (email: string, password: string): Promise<Person | undefined> => {
  const found = people.find((person) => person.email === email.trim().toLowerCase())
  const given = await hash(password, found?.salt ?? 'nobody')
  return found && timingSafeEqual(given, found.passwordHash) ? found : undefined
}
