/**
 * A set of pixels of one slice, or a change of that set, as run lengths: `[skip, flip, skip, flip, …]` over the pixels in
 * row-major order (`row * columns + column`). A change is the exclusive or of before and after: applied twice it undoes
 * itself, and two changes in a row are one. The runs of an empty slice's change are the slice itself.
 *
 * Canonical form: an even count; every flip ≥ 1; every skip ≥ 1 but the first; nothing after the last flip.
 */
export type Runs = Uint32Array

/** No pixel. */
export const noRuns: Runs = new Uint32Array(0)

/** Pixels that are not zero, as runs. */
export function runsOfPixels(pixels: Uint8Array): Runs {
  return runsWhere(pixels.length, (index) => pixels[index] !== 0)
}

/** The change from `before` to `after`: two slices of the same size, zero or not zero. */
export function runsOfChange(before: Uint8Array, after: Uint8Array): Runs {
  return runsWhere(before.length, (index) => (before[index] !== 0) !== (after[index] !== 0))
}

/** Flips the pixels of `runs` in place between 0 and 1; `runs` must fit (see `whatIsWrongWith`). */
export function flipPixels(pixels: Uint8Array, runs: Runs): void {
  let at = 0
  for (let index = 0; index < runs.length; index += 2) {
    at += runs[index]
    const end = at + runs[index + 1]
    for (; at < end; at++) pixels[at] = pixels[at] === 0 ? 1 : 0
  }
}

/** The pixels of a slice of `count` pixels: 1 inside, 0 outside. */
export function pixelsOfRuns(runs: Runs, count: number): Uint8Array {
  const pixels = new Uint8Array(count)
  let at = 0
  for (let index = 0; index < runs.length; index += 2) {
    at += runs[index]
    pixels.fill(1, at, at + runs[index + 1])
    at += runs[index + 1]
  }
  return pixels
}

/** Exclusive or of two sets: the edges of both, without those they share. */
export function xorRuns(first: Runs, second: Runs): Runs {
  if (first.length === 0) return second
  if (second.length === 0) return first
  const [a, b] = [edgesOf(first), edgesOf(second)]
  const edges: number[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (j >= b.length || (i < a.length && a[i] < b[j])) edges.push(a[i++])
    else if (i >= a.length || b[j] < a[i]) edges.push(b[j++])
    else [i, j] = [i + 1, j + 1]
  }
  return runsOfEdges(edges)
}

/** How many pixels the runs hold. */
export function countPixels(runs: Runs): number {
  let count = 0
  for (let index = 1; index < runs.length; index += 2) count += runs[index]
  return count
}

/** Why these numbers are no runs of a slice of `count` pixels, as the end of a sentence; null when they are. */
export function whatIsWrongWith(runs: Runs, count: number): string | null {
  if (runs.length % 2 !== 0) return 'their count is odd'
  let total = 0
  for (let index = 0; index < runs.length; index++) {
    if (runs[index] === 0 && index > 0) return 'one of them is empty'
    total += runs[index]
  }
  return total > count ? `they reach beyond the ${count} pixels of a slice` : null
}

/** Where inside turns to outside and back: cumulative sums. */
function edgesOf(runs: Runs): Float64Array {
  const edges = new Float64Array(runs.length)
  let at = 0
  for (let index = 0; index < runs.length; index++) edges[index] = at += runs[index]
  return edges
}

function runsOfEdges(edges: readonly number[]): Runs {
  const runs = new Uint32Array(edges.length)
  let before = 0
  for (let index = 0; index < edges.length; index++) {
    runs[index] = edges[index] - before
    before = edges[index]
  }
  return runs
}

function runsWhere(count: number, inside: (index: number) => boolean): Runs {
  const edges: number[] = []
  let open = false
  for (let index = 0; index < count; index++) {
    if (inside(index) === open) continue
    edges.push(index)
    open = !open
  }
  if (open) edges.push(count)
  return runsOfEdges(edges)
}
