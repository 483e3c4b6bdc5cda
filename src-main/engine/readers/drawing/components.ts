import type { DrawnMask } from '@engine/readers/drawing/crop'

/** Parts of a mask that hang together over voxel faces (6 neighbours; on a single slice 4). */
export interface Components {
  /** 0 outside, else the number of the part, from 1 in the order of first voxels. */
  readonly labels: Int32Array
  /** Voxels of each part; `sizes[0]` belongs to part 1. */
  readonly sizes: readonly number[]
}

/** Connected parts of the voxels that have a value. Equal to `scipy.ndimage.label` with its default structure. */
export function componentsOf({ voxels, size }: DrawnMask, value: 0 | 1 = 1): Components {
  const labels = new Int32Array(voxels.length)
  const sizes: number[] = []
  const open: number[] = []
  const visit = (index: number): void => {
    if (voxels[index] !== value || labels[index] !== 0) return
    labels[index] = sizes.length
    sizes[sizes.length - 1]++
    open.push(index)
  }
  const neighbours = faceNeighbours(size)
  for (let start = voxels.indexOf(value); start >= 0; start = voxels.indexOf(value, start + 1)) {
    if (labels[start] !== 0) continue
    sizes.push(0)
    visit(start)
    for (let index = open.pop(); index !== undefined; index = open.pop()) neighbours(index, visit)
  }
  return { labels, sizes }
}

/** Calls a function with the index of every voxel that shares a face. */
export function faceNeighbours([columns, rows, slices]: DrawnMask['size']): (
  index: number,
  visit: (index: number) => void
) => void {
  const plane = columns * rows
  return (index, visit) => {
    const i = index % columns
    const inPlane = index % plane
    if (i > 0) visit(index - 1)
    if (i < columns - 1) visit(index + 1)
    if (inPlane >= columns) visit(index - columns)
    if (inPlane < plane - columns) visit(index + columns)
    if (index >= plane) visit(index - plane)
    if (index < plane * (slices - 1)) visit(index + plane)
  }
}

/** Only the part with most voxels; of equal ones the first. */
export function largestPart(mask: DrawnMask): DrawnMask {
  const { labels, sizes } = componentsOf(mask)
  const largest = sizes.indexOf(Math.max(...sizes)) + 1
  return { ...mask, voxels: Uint8Array.from(labels, (label) => (label !== 0 && label === largest ? 1 : 0)) }
}

/** Without the parts that have fewer voxels than `least`. */
export function withoutSmallParts(mask: DrawnMask, least: number): DrawnMask {
  const { labels, sizes } = componentsOf(mask)
  return { ...mask, voxels: Uint8Array.from(labels, (label) => (label !== 0 && sizes[label - 1] >= least ? 1 : 0)) }
}

/** Every part as a mask of its own, the largest first. */
export function separateParts(mask: DrawnMask): DrawnMask[] {
  const { labels, sizes } = componentsOf(mask)
  const order = sizes.map((_, index) => index + 1).sort((a, b) => sizes[b - 1] - sizes[a - 1] || a - b)
  return order.map((part) => ({ ...mask, voxels: Uint8Array.from(labels, (label) => (label === part ? 1 : 0)) }))
}

/**
 * With every hole filled: voxels outside that do not hang together, over faces, with the border of the image. `perSlice` asks
 * each slice by itself, so that a tube open at both ends is filled too. Equal to `scipy.ndimage.binary_fill_holes`.
 */
export function withoutHoles(mask: DrawnMask, perSlice: boolean): DrawnMask {
  if (!perSlice || mask.size[2] === 1) return { ...mask, voxels: filled(mask) }
  const plane = mask.size[0] * mask.size[1]
  const voxels = new Uint8Array(mask.voxels.length)
  for (let slice = 0; slice < mask.size[2]; slice++) {
    const one = { ...mask, voxels: mask.voxels.subarray(slice * plane, (slice + 1) * plane) }
    voxels.set(filled({ ...one, size: [mask.size[0], mask.size[1], 1] }), slice * plane)
  }
  return { ...mask, voxels }
}

function filled(mask: DrawnMask): Uint8Array {
  const { labels, sizes } = componentsOf(mask, 0)
  const atBorder = new Uint8Array(sizes.length + 1)
  atBorder[0] = 1
  const [columns, rows, slices] = mask.size
  for (let index = 0; index < labels.length; index++) {
    const [i, j, k] = [index % columns, Math.floor(index / columns) % rows, Math.floor(index / (columns * rows))]
    const edge = i === 0 || j === 0 || i === columns - 1 || j === rows - 1
    if (edge || (slices > 1 && (k === 0 || k === slices - 1))) atBorder[labels[index]] = 1
  }
  return Uint8Array.from(labels, (label) => (label === 0 || atBorder[label] === 0 ? 1 : 0))
}
