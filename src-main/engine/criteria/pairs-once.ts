/** A pair of indices, the same from either side. */
export const pairOf = (one: number, other: number): string => `${Math.min(one, other)} ${Math.max(one, other)}`

/**
 * For every index the partners that it is compared with: most pairs are met from either side, and each is left to the side that comes first. Pairs that
 * are `known` are left to neither.
 */
export function eachPairOnce(
  partners: readonly (readonly number[])[],
  known: (pair: string) => boolean = () => false
): number[][] {
  const claimed = new Set<string>()
  return partners.map((list, index) =>
    list.filter((partner) => {
      const pair = pairOf(index, partner)
      return known(pair) || claimed.has(pair) ? false : claimed.add(pair)
    })
  )
}
