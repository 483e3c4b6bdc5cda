import { fillHoles, largestComponent } from '@engine/geometry/connected-components'
import type { Lattice } from '@engine/geometry/lattice-neighbours'
import { otsuThreshold } from '@engine/metrics/otsu'

/** Below and above these shares of the image the threshold has not told a body from its background. */
const believable = { smallest: 0.05, largest: 0.98 }

/**
 * The body on an image: voxels above Otsu's threshold, the largest part that hangs together, holes filled plane by plane (so that
 * lungs belong to it). `inverted` where bright means nothing (MONOCHROME1). A phrase where no body can be told from the background:
 * a flat image, or a body that would cover under 5 % or over 98 % of it. A collimated radiograph has no background; give a mask for it.
 */
export function bodyMask(values: ArrayLike<number>, lattice: Lattice, inverted = false): Uint8Array | string {
  const signed = Float32Array.from(values, (value) => (inverted ? -value : value))
  const threshold = otsuThreshold(signed)
  if (threshold === null) return 'the image is the same everywhere'
  const above = Uint8Array.from(signed, (value) => Number(value > threshold))
  const body = fillHoles(largestComponent(above, lattice), lattice)
  const share = body.reduce((sum, value) => sum + value, 0) / body.length
  return share >= believable.smallest && share <= believable.largest
    ? body
    : 'no body can be told from the background; give a mask of it'
}
