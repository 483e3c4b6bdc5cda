import type { DrawnMask } from '@engine/readers/drawing/crop'
import { squaredDistances } from '@engine/readers/distance-transform'

const distancesTo = (mask: DrawnMask, value: 0 | 1): Float64Array =>
  squaredDistances(
    Uint8Array.from(mask.voxels, (voxel) => (voxel === value ? 1 : 0)),
    { size: mask.size, spacingMm: mask.spacing }
  )

/** Whoever compares distances that were summed in another order must not lose a voxel that lies exactly on the rim. */
const rim = 1e-9

/**
 * A mask grown by a margin in millimetres (voxels without a scale), or shrunk by a negative one, in all directions alike: a voxel
 * outside comes in when its centre lies at most the margin from the centre of one inside; a voxel inside goes when its centre
 * lies at most the margin from one outside. Beyond the image there is no outside.
 */
export function withMargin(mask: DrawnMask, margin: number): DrawnMask {
  if (margin === 0 || !mask.voxels.includes(1)) return mask
  const square = margin * margin * (1 + rim)
  const distances = distancesTo(mask, margin > 0 ? 1 : 0)
  const voxels = Uint8Array.from(mask.voxels, (voxel, index) => {
    const near = distances[index] <= square
    return margin > 0 ? (voxel === 1 || near ? 1 : 0) : voxel === 1 && !near ? 1 : 0
  })
  return { ...mask, voxels }
}

/** Without parts thinner than twice the radius: shrunk, then grown. */
export function opened(mask: DrawnMask, radius: number): DrawnMask {
  return withMargin(withMargin(mask, -radius), radius)
}

/** With gaps thinner than twice the radius closed: grown, then shrunk. */
export function closed(mask: DrawnMask, radius: number): DrawnMask {
  return withMargin(withMargin(mask, radius), -radius)
}

/** Where the wall of a hollowed segment lies. */
export type Wall = 'inside' | 'outside' | 'middle'

/** Only a wall of some thickness along the surface: within it, around it, or half and half. */
export function hollowed(mask: DrawnMask, thickness: number, wall: Wall): DrawnMask {
  const outer = wall === 'inside' ? mask : withMargin(mask, wall === 'outside' ? thickness : thickness / 2)
  const inner = wall === 'outside' ? mask : withMargin(mask, wall === 'inside' ? -thickness : -thickness / 2)
  return { ...mask, voxels: outer.voxels.map((voxel, index) => (voxel === 1 && inner.voxels[index] === 0 ? 1 : 0)) }
}
