/** Calls `work` for every item, at most `places` at a time, in order of the items. Rejects with the first rejection. */
export async function concurrently<Item>(
  items: readonly Item[],
  places: number,
  work: (item: Item, index: number) => Promise<void>
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      await work(items[index], index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(places, items.length) }, worker))
}
