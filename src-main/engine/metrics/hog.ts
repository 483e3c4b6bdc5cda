/** Settings of the histogram of oriented gradients; defaults are scikit-image's. */
export interface HogSettings {
  readonly orientations: number
  /** Pixels along one side of a cell. */
  readonly cell: number
  /** Cells along one side of a block. */
  readonly block: number
}

export const defaultHog: HogSettings = { orientations: 9, cell: 16, block: 3 }

/**
 * Histogram of oriented gradients of a plane `[rows, columns]` as one descriptor: central differences (0 at the border), unsigned
 * orientations, magnitudes averaged over cells, blocks normalised by L2-Hys (clip .2, ε 1e-5). Null when the plane is smaller than a block.
 * Source: Dalal N, Triggs B. Histograms of oriented gradients for human detection. CVPR 2005.
 */
export function hogDescriptor(
  map: Float32Array,
  [rows, columns]: readonly [number, number],
  settings: HogSettings = defaultHog
): Float64Array | null {
  const { orientations, cell, block } = settings
  const down = Math.floor(rows / cell)
  const across = Math.floor(columns / cell)
  if (down < block || across < block) return null
  const cells = cellHistograms(map, [rows, columns], settings)
  const blocks: Float64Array[] = []
  for (let row = 0; row + block <= down; row++) {
    for (let column = 0; column + block <= across; column++) {
      const values = new Float64Array(block * block * orientations)
      for (let line = 0; line < block; line++) {
        const start = ((row + line) * across + column) * orientations
        values.set(cells.subarray(start, start + block * orientations), line * block * orientations)
      }
      blocks.push(normalised(values))
    }
  }
  const descriptor = new Float64Array(blocks.length * block * block * orientations)
  blocks.forEach((values, index) => descriptor.set(values, index * values.length))
  return descriptor
}

/** Mean gradient magnitude of every cell by orientation, `[cells down, cells across, orientations]`. */
function cellHistograms(
  map: Float32Array,
  [rows, columns]: readonly [number, number],
  { orientations, cell }: HogSettings
): Float64Array {
  const down = Math.floor(rows / cell)
  const across = Math.floor(columns / cell)
  const histograms = new Float64Array(down * across * orientations)
  for (let row = 0; row < down * cell; row++) {
    for (let column = 0; column < across * cell; column++) {
      const at = row * columns + column
      const vertical = row === 0 || row === rows - 1 ? 0 : map[at + columns] - map[at - columns]
      const horizontal = column === 0 || column === columns - 1 ? 0 : map[at + 1] - map[at - 1]
      const magnitude = Math.sqrt(vertical * vertical + horizontal * horizontal)
      if (magnitude === 0) continue
      const angle = Math.atan2(vertical, horizontal)
      // Unsigned: opposite directions are one; half a turn is none.
      const half = angle < 0 ? angle + Math.PI : angle >= Math.PI ? angle - Math.PI : angle
      const bin = Math.min(orientations - 1, Math.floor((half * orientations) / Math.PI))
      histograms[(Math.floor(row / cell) * across + Math.floor(column / cell)) * orientations + bin] += magnitude
    }
  }
  return histograms.map((sum) => sum / (cell * cell))
}

const epsilon = 1e-5

/** L2-Hys: unit length, clipped at .2, unit length again. */
function normalised(values: Float64Array): Float64Array {
  const unit = (list: Float64Array): Float64Array => {
    const length = Math.sqrt(list.reduce((sum, value) => sum + value * value, epsilon * epsilon))
    return list.map((value) => value / length)
  }
  return unit(unit(values).map((value) => Math.min(value, 0.2)))
}
