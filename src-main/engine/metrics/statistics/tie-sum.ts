/** Σ (t³ − t) over groups of t equal ranks: how much ties narrow a rank statistic. */
export function tieSum(ranks: ArrayLike<number>): number {
  const sizes = new Map<number, number>()
  for (let index = 0; index < ranks.length; index++) sizes.set(ranks[index], (sizes.get(ranks[index]) ?? 0) + 1)
  return [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0)
}
