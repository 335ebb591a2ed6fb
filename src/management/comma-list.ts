import { z } from 'zod'

/** A list in a query: separated by commas, as the SDK sends it, or the parameter repeated. */
export const commaList = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((part) => part.split(',')))
    .pipe(z.array(item))
