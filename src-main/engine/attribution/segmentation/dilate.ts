import type { Labels } from '@engine/attribution/segmentation/felzenszwalb'
import type { Extent } from '@engine/attribution/segmentation/regions'

/** The cells of each label and all within `radius` of one (a disc, or a ball in a volume); row-major cell numbers. */
export function dilatedMasks({ labels, count }: Labels, extent: Extent, radius: number): Uint32Array[] {
  const members = byLabel(labels, count)
  const stamp = stampRows(extent, radius)
  const seen = new Int32Array(labels.length).fill(-1)
  return members.map((cells, label) => {
    const mask: number[] = []
    const add = (cell: number): void => {
      if (seen[cell] === label) return
      seen[cell] = label
      mask.push(cell)
    }
    for (const cell of cells) add(cell)
    for (const cell of cells) if (onBoundary(labels, cell, extent)) stamp(cell, add)
    return Uint32Array.from(mask)
  })
}

function byLabel(labels: Int32Array, count: number): Uint32Array[] {
  const sizes = new Uint32Array(count)
  for (let cell = 0; cell < labels.length; cell++) sizes[labels[cell]]++
  const members = Array.from(sizes, (size) => new Uint32Array(size))
  const filled = new Uint32Array(count)
  for (let cell = 0; cell < labels.length; cell++) {
    const label = labels[cell]
    members[label][filled[label]++] = cell
  }
  return members
}

/** A cell beside another label: only these reach beyond their label when it grows. */
function onBoundary(labels: Int32Array, cell: number, [depth, height, width]: Extent): boolean {
  const label = labels[cell]
  const plane = height * width
  const x = cell % width
  const y = Math.floor(cell / width) % height
  const z = Math.floor(cell / plane)
  return (
    (x > 0 && labels[cell - 1] !== label) ||
    (x < width - 1 && labels[cell + 1] !== label) ||
    (y > 0 && labels[cell - width] !== label) ||
    (y < height - 1 && labels[cell + width] !== label) ||
    (z > 0 && labels[cell - plane] !== label) ||
    (z < depth - 1 && labels[cell + plane] !== label)
  )
}

/** Visits the cells within `radius` of a cell, row by row, inside the grid. */
function stampRows(
  [depth, height, width]: Extent,
  radius: number
): (cell: number, visit: (cell: number) => void) => void {
  const rows: { dz: number; dy: number; half: number }[] = []
  const reach = depth > 1 ? radius : 0
  for (let dz = -reach; dz <= reach; dz++) {
    for (let dy = -radius; dy <= radius; dy++) {
      const rest = radius * radius - dz * dz - dy * dy
      if (rest >= 0) rows.push({ dz, dy, half: Math.floor(Math.sqrt(rest)) })
    }
  }
  return (cell, visit) => {
    const x = cell % width
    const y = Math.floor(cell / width) % height
    const z = Math.floor(cell / (width * height))
    for (const { dz, dy, half } of rows) {
      if (z + dz < 0 || z + dz >= depth || y + dy < 0 || y + dy >= height) continue
      const row = ((z + dz) * height + y + dy) * width
      const last = Math.min(width - 1, x + half)
      for (let column = Math.max(0, x - half); column <= last; column++) visit(row + column)
    }
  }
}
