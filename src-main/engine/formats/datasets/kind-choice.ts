import { Fault } from '@engine/fault'
import type { DatasetChoice } from '@shared/dataset'

/**
 * The kinds that are taken: the wished ones, else the usual ones; every kind with its count goes to `tell`.
 * Throws Fault `bad-parameter` for a wish that is no kind of this dataset.
 */
export function chosenKinds(
  files: readonly { readonly fullKind: string }[],
  { wish, usual, what }: { wish: readonly string[] | null; usual: readonly string[]; what: 'image' | 'mask' },
  tell: (choice: DatasetChoice) => void
): readonly string[] {
  const counts = new Map<string, number>()
  for (const { fullKind } of files) counts.set(fullKind, (counts.get(fullKind) ?? 0) + 1)
  for (const name of wish ?? []) {
    if (counts.has(name)) continue
    const known = [...counts.keys()].slice(0, 20).join(', ')
    throw new Fault('bad-parameter', `The dataset has no kind of ${what} “${name}”.`, {
      hint: known === '' ? `It has no ${what}s at all.` : `It has: ${known}.`
    })
  }
  const chosen = wish ?? usual
  const options = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
  tell({ chosen: [...chosen], options })
  return chosen
}
