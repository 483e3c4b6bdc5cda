import { createHash } from 'node:crypto'
import type { Volume } from '@engine/geometry/volume'

const known = new WeakMap<Volume, string>()

/**
 * SHA-256 over the voxels of an image and where they lie: the same image has it under any path and on any machine, and no
 * other image has. Affine entries count to a thousandth of a millimetre, so that two readers of one file agree.
 */
export function imageIdentity(volume: Volume): string {
  const before = known.get(volume)
  if (before !== undefined) return before
  const { voxels, size, samples, affine } = volume
  const place = JSON.stringify([
    size,
    samples,
    voxels.constructor.name,
    affine.map((entry) => Math.round(entry * 1000))
  ])
  const bytes = new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength)
  const identity = createHash('sha256').update(place).update(bytes).digest('hex')
  known.set(volume, identity)
  return identity
}
