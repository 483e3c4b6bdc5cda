import type { MaskGrid } from '@engine/readers/reader-mask'

/** Larger than any squared distance inside an image, yet finite: infinities would give NaN when subtracted. */
const far = 1e20

/**
 * Squared Euclidean distance of every voxel to the nearest marked one, in mm² (voxel units without spacing); `far` everywhere when none is marked.
 * Exact, one axis after the other. Source: Felzenszwalb PF, Huttenlocher DP. Distance transforms of sampled functions. Theory of Computing 2012;8:415–428.
 */
export function squaredDistances(marked: Uint8Array, { size, spacingMm }: MaskGrid): Float64Array {
  const distances = Float64Array.from(marked, (value) => (value === 0 ? far : 0))
  let step = 1
  size.forEach((length, axis) => {
    if (length > 1) alongAxis(distances, { length, step, spacing: spacingMm?.[axis] ?? 1 })
    step *= length
  })
  return distances
}

interface Axis {
  readonly length: number
  /** Distance of neighbours in the array. */
  readonly step: number
  readonly spacing: number
}

function alongAxis(distances: Float64Array, axis: Axis): void {
  const { length, step } = axis
  const line = new Float64Array(length)
  const envelope = { apexes: new Int32Array(length), bounds: new Float64Array(length + 1) }
  for (let block = 0; block < distances.length; block += step * length) {
    for (let start = block; start < block + step; start++) {
      for (let index = 0; index < length; index++) line[index] = distances[start + index * step]
      lowerEnvelope(line, axis.spacing, envelope)
      readEnvelope(line, envelope, { distances, start, axis })
    }
  }
}

interface Envelope {
  readonly apexes: Int32Array
  readonly bounds: Float64Array
}

/** Which parabola `line[apex] + (x − apex)²·spacing²` is lowest where. */
function lowerEnvelope(line: Float64Array, spacing: number, { apexes, bounds }: Envelope): void {
  const square = spacing * spacing
  let count = 0
  apexes[0] = 0
  bounds[0] = -Infinity
  bounds[1] = Infinity
  for (let index = 1; index < line.length; index++) {
    let crossing = crossingOf(line, { first: apexes[count], second: index, square })
    while (crossing <= bounds[count]) {
      count--
      crossing = crossingOf(line, { first: apexes[count], second: index, square })
    }
    count++
    apexes[count] = index
    bounds[count] = crossing
    bounds[count + 1] = Infinity
  }
}

function crossingOf(
  line: Float64Array,
  { first, second, square }: { first: number; second: number; square: number }
): number {
  return (line[second] - line[first] + square * (second * second - first * first)) / (2 * square * (second - first))
}

function readEnvelope(
  line: Float64Array,
  { apexes, bounds }: Envelope,
  { distances, start, axis }: { distances: Float64Array; start: number; axis: Axis }
): void {
  let piece = 0
  for (let index = 0; index < axis.length; index++) {
    while (bounds[piece + 1] < index) piece++
    const away = (index - apexes[piece]) * axis.spacing
    distances[start + index * axis.step] = Math.min(far, line[apexes[piece]] + away * away)
  }
}
