/** The value at position `rank` (from 0) of the sorted values; quickselect on a copy, infinities allowed, no NaN. */
export function nthSmallest(values: Float64Array, rank: number): number {
  const work = values.slice()
  let low = 0
  let high = work.length - 1
  while (low < high) {
    const pivot = median(work[low], work[(low + high) >> 1], work[high])
    let left = low
    let right = high
    while (left <= right) {
      while (work[left] < pivot) left++
      while (work[right] > pivot) right--
      if (left > right) break
      const swap = work[left]
      work[left++] = work[right]
      work[right--] = swap
    }
    if (rank <= right) high = right
    else if (rank >= left) low = left
    else return work[rank]
  }
  return work[rank]
}

const median = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
