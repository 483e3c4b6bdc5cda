/** Edges of equal-width bins over the range of the values (numpy's `linspace`), or null when all values are equal. */
export function binEdges(values: Float32Array, count: number): Float64Array | null {
  let low = Infinity
  let high = -Infinity
  for (let index = 0; index < values.length; index++) {
    if (values[index] < low) low = values[index]
    if (values[index] > high) high = values[index]
  }
  if (!(high > low)) return null
  const step = (high - low) / count
  const edges = Float64Array.from({ length: count + 1 }, (_, edge) => low + edge * step)
  edges[count] = high
  return edges
}

/** Bin of a value; bins include their left edge, the last one also its right edge. */
export function binOf(value: number, edges: Float64Array): number {
  const count = edges.length - 1
  let bin = Math.floor(((value - edges[0]) / (edges[count] - edges[0])) * count)
  if (bin >= count) bin = count - 1
  // The division may land one bin off an edge; the edges decide, as numpy's do.
  while (bin > 0 && value < edges[bin]) bin--
  while (bin < count - 1 && value >= edges[bin + 1]) bin++
  return bin
}
