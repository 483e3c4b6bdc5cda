/**
 * The q-th percentile by linear interpolation between order statistics (NumPy's default). Finite values only.
 * Selects instead of sorting: maps of a cascade are clipped thousands of times.
 */
export function percentile(values: Float32Array, q: number): number {
  const copy = Float32Array.from(values)
  const position = (q / 100) * (copy.length - 1)
  const below = Math.floor(position)
  select(copy, below)
  const low = copy[below]
  if (below === position || below + 1 >= copy.length) return low
  return low + (smallestFrom(copy, below + 1) - low) * (position - below)
}

/** The values at `position` and at the next place of the ascending order, without sorting; the last value twice at the end. */
export function neighboursAt(values: Float32Array, position: number): readonly [number, number] {
  const copy = Float32Array.from(values)
  const below = Math.floor(position)
  select(copy, below)
  return [copy[below], below + 1 < copy.length ? smallestFrom(copy, below + 1) : copy[below]]
}

/** Puts the k-th smallest value at index k, smaller ones before it, larger ones behind (Hoare's quickselect). */
export function select(values: Float32Array | Float64Array, k: number): void {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    const pivot = medianOfThree(values[left], values[(left + right) >> 1], values[right])
    let low = left
    let high = right
    while (low <= high) {
      while (values[low] < pivot) low++
      while (values[high] > pivot) high--
      if (low > high) break
      const swapped = values[low]
      values[low++] = values[high]
      values[high--] = swapped
    }
    if (k <= high) right = high
    else if (k >= low) left = low
    else return
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

function smallestFrom(values: Float32Array, start: number): number {
  let smallest = values[start]
  for (let index = start + 1; index < values.length; index++) if (values[index] < smallest) smallest = values[index]
  return smallest
}
