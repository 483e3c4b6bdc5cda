import type { CaseSummary } from '@shared/vocabulary'
import { studyWords } from '../../state/catalogue-studies'

/** `2 outlines`, `no outline`. */
export const outlineText = (one: Pick<CaseSummary, 'masks'>): string => studyWords.outlines(one.masks)

/** Where outlines, maps and boxes came from: `SEG (3), Parametric Map`; empty for plain outline files, which the count says. */
export function attachedText(one: Pick<CaseSummary, 'attached'>): string {
  const counts = new Map<string, number>()
  for (const { from } of one.attached) {
    if (from !== 'file') counts.set(from, (counts.get(from) ?? 0) + 1)
  }

  return [...counts].map(([from, n]) => (n === 1 ? from : `${from} (${n})`)).join(', ')
}
