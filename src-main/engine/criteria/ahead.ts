/** Questions under way at once: enough to keep the inference process busy, few enough to bound the images in memory. */
const underWay = 8

/**
 * Answers in the order of the items; the next few are asked for while one is waited for, so that reading, preparing and
 * inference overlap. The first rejection is thrown, as by a plain loop.
 */
export async function answersAhead<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Answer>
): Promise<Answer[]> {
  const asked: Promise<Answer>[] = []
  const answers: Answer[] = []
  for (let index = 0; index < items.length; index++) {
    for (let next = asked.length; next < Math.min(items.length, index + underWay); next++) {
      const answer = ask(items[next])
      // Awaited in its turn; until then a rejection must not count as unhandled.
      answer.catch(() => undefined)
      asked.push(answer)
    }
    answers.push(await asked[index])
  }
  return answers
}
