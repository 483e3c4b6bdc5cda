/**
 * Calls `work` for every item, at most `places` at a time, in order of the items. Rejects with the first rejection; nothing is
 * begun after it.
 */
export async function concurrently<Item>(
  items: readonly Item[],
  places: number,
  work: (item: Item, index: number) => Promise<void>
): Promise<void> {
  let next = 0
  let failed = false
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++
      try {
        await work(items[index], index)
      } catch (thrown) {
        failed = true
        throw thrown
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(places, items.length) }, worker))
}
