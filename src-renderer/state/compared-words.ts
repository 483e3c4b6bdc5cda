import { compareWords as words } from './catalogue-compare'
import { distinctNames } from './map-name'
import { mapPair } from './map-pair.svelte'

/** What the last cell of the grid holds against one another. */
export function comparedTitle(): string {
  const { first, second } = mapPair.held
  if (first === null || second === null) return words.needTwo
  const [one, other] = distinctNames([first, second])

  return mapPair.extra === 'difference' ? words.difference(one, other) : words.similarity(one, other)
}

/** How much they differ, in one number; null while it is not there. */
export function comparedFigure(): string | null {
  const found = mapPair.compared
  if (found?.state !== 'here') return null
  const { figure: said } = found.value
  if (said.value === null) return words.undefinedFigure('reason' in said ? said.reason : '')

  return found.value.kind === 'difference'
    ? words.meanDifference(said.value.toFixed(3))
    : words.ssim(said.value.toFixed(3))
}
