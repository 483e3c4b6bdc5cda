/**
 * Holm's step-down adjustment of a family of p values, in their order; null (no test) stays null and does not count.
 * Source: Holm S. A simple sequentially rejective multiple test procedure. Scand J Statist 1979;6:65–70.
 */
export function holmAdjusted(pValues: readonly (number | null)[]): (number | null)[] {
  const tested = pValues
    .flatMap((p, index) => (p === null ? [] : [{ p, index }]))
    .sort((left, right) => left.p - right.p)
  const adjusted: (number | null)[] = pValues.map(() => null)
  let highest = 0
  tested.forEach(({ p, index }, position) => {
    highest = Math.max(highest, Math.min(1, (tested.length - position) * p))
    adjusted[index] = highest
  })
  return adjusted
}
