import {
  type Components,
  connectedComponents,
  fillHoles,
  largestComponent
} from '@engine/geometry/connected-components'
import type { Lattice } from '@engine/geometry/lattice-neighbours'
import type { DrawnMask } from '@engine/readers/drawing/crop'

/** The grid of a drawn mask as a lattice. */
export const latticeOfMask = ([columns, rows, slices]: DrawnMask['size']): Lattice => [slices, rows, columns]

/** Parts that hang together over voxel faces (6 neighbours; on a single slice 4). */
export const componentsOf = ({ voxels, size }: DrawnMask): Components =>
  connectedComponents(voxels, latticeOfMask(size), 1)

/** Only the part with most voxels; of equal ones the first. */
export function largestPart(mask: DrawnMask): DrawnMask {
  return { ...mask, voxels: largestComponent(mask.voxels, latticeOfMask(mask.size)) }
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
  const lattice = latticeOfMask(mask.size)
  return { ...mask, voxels: perSlice || mask.size[2] === 1 ? fillHoles(mask.voxels, lattice) : filled(mask) }
}

/** Holes of a volume, which may open in a slice but not in space. */
function filled(mask: DrawnMask): Uint8Array {
  const background = mask.voxels.map((value) => Number(value === 0))
  const { labels, sizes } = connectedComponents(background, latticeOfMask(mask.size), 1)
  const atBorder = new Uint8Array(sizes.length + 1)
  atBorder[0] = 1
  const [columns, rows, slices] = mask.size
  for (let index = 0; index < labels.length; index++) {
    const [i, j, k] = [index % columns, Math.floor(index / columns) % rows, Math.floor(index / (columns * rows))]
    const edge = i === 0 || j === 0 || i === columns - 1 || j === rows - 1
    if (edge || k === 0 || k === slices - 1) atBorder[labels[index]] = 1
  }
  return Uint8Array.from(labels, (label) => (label === 0 || atBorder[label] === 0 ? 1 : 0))
}
