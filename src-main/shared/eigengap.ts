/** The number of groups after which the eigenvalues make their largest step, from 2 to `most`. */
export function eigengap(values: ArrayLike<number>, most: number): number {
  let best = 2
  const gap = (groups: number): number => values[groups] - values[groups - 1]
  for (let groups = 3; groups <= Math.min(most, values.length - 1); groups++) if (gap(groups) > gap(best)) best = groups
  return best
}
