/** Values held at once while inputs are made in pieces: 16 MB of float32, so that memory does not grow with steps or samples. */
const elementsAtOnce = 4_000_000

/** How many inputs of `elements` values to prepare at a time, at most `most`. */
export function chunkSize(elements: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(elementsAtOnce / elements)))
}
