import type { Surroundings, Target } from './target.ts'

export const startLatchkey = async (_surroundings: Surroundings): Promise<Target> => {
  throw new Error('not yet')
}
