/** Ranks 1…n of the values, ties share their average rank. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index)
  order.sort((left, right) => values[left] - values[right])
  return ranksFromOrder(values, order)
}

/** Average ranks from indices sorted by value; a descending order gives rank 1 to the highest. */
export function ranksFromOrder(values: ArrayLike<number>, order: Uint32Array): Float64Array {
  const ranks = new Float64Array(order.length)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && values[order[end]] === values[order[start]]) end++
    // Ranks start + 1 … end, averaged.
    const shared = (start + 1 + end) / 2
    for (let position = start; position < end; position++) ranks[order[position]] = shared
    start = end
  }
  return ranks
}
