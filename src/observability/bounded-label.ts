/** Stands for every word that there was no room for. */
const OTHER = 'other'

/** Words as labels: each as it is, until there are so many. A label that anybody could make up would fill the memory. */
export const boundedLabel = (most: number): ((word: string) => string) => {
  const known = new Set<string>()
  return (word) => {
    if (known.has(word)) return word
    if (known.size >= most) return OTHER
    known.add(word)
    return word
  }
}
