import { boxOfMasks, cropped, pasted, widened, type DrawnMask } from '@engine/readers/drawing/crop'
import { squaredDistances } from '@engine/readers/distance-transform'

/**
 * Fills the empty slices between drawn ones: the signed distance to the outline (millimetres in the slice, positive inside) is
 * interpolated along the slices, and where it is positive the voxel is inside. Drawn slices stay as they are.
 * Source: Raya SP, Udupa JK. Shape-based interpolation of multidimensional objects. IEEE Trans Med Imaging 1990;9:32–42.
 */
export function filledBetweenSlices(mask: DrawnMask): DrawnMask {
  const box = boxOfMasks([mask])
  if (box === null) return mask
  // A pixel of outside all around, so that there is a distance to it.
  const around = widened(box, [1, 1, 0])
  const crop = cropped(mask, around)
  const plane = crop.size[0] * crop.size[1]
  const sliceAt = (at: number): Uint8Array => crop.voxels.subarray(at * plane, (at + 1) * plane)
  const drawn = Array.from({ length: crop.size[2] }, (_, at) => at).filter((at) => sliceAt(at).includes(1))
  const voxels = crop.voxels.slice()
  for (let pair = 1; pair < drawn.length; pair++) {
    const [below, above] = [drawn[pair - 1], drawn[pair]]
    if (above - below < 2) continue
    const [low, high] = [signedDistances(crop, sliceAt(below)), signedDistances(crop, sliceAt(above))]
    for (let at = below + 1; at < above; at++) {
      const share = (at - below) / (above - below)
      voxels.set(
        Uint8Array.from(low, (value, index) => ((1 - share) * value + share * high[index] > 0 ? 1 : 0)),
        at * plane
      )
    }
  }
  return pasted(mask, { ...crop, voxels }, around)
}

/** Distance of inside pixels to the outside less that of outside pixels to the inside. */
function signedDistances({ size, spacing }: DrawnMask, bits: Uint8Array): Float64Array {
  const grid = { size: [size[0], size[1], 1] as const, spacingMm: spacing }
  const toInside = squaredDistances(bits, grid)
  const toOutside = squaredDistances(
    bits.map((bit) => 1 - bit),
    grid
  )
  return toInside.map((distance, index) => Math.sqrt(toOutside[index]) - Math.sqrt(distance))
}
