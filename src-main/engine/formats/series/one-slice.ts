import { Fault } from '@engine/fault'
import type { PlannedVolume } from '@engine/formats/series/plan'
import { applyAffine } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'

/** A plan for one slice of a planned volume, at the place it has there. Throws Fault `bad-parameter`. */
export function sliceOf(plan: PlannedVolume, slice: number): PlannedVolume {
  requireSlice(slice, plan.slices.length)
  return { ...plan, slices: [plan.slices[slice]], affine: movedTo(plan.affine, slice) }
}

/** One slice of a volume as a volume, at the place it has there. Throws Fault `bad-parameter`. */
export function oneSlice(volume: Volume, slice: number): Volume {
  const [columns, rows, slices] = volume.size
  requireSlice(slice, slices)
  const length = columns * rows * volume.samples
  return {
    ...volume,
    voxels: volume.voxels.slice(slice * length, (slice + 1) * length),
    size: [columns, rows, 1],
    affine: movedTo(volume.affine, slice)
  }
}

function movedTo(affine: Affine, slice: number): Affine {
  const [x, y, z] = applyAffine(affine, [0, 0, slice])
  return affine.map((value, index) => ({ 3: x, 7: y, 11: z })[index] ?? value) as unknown as Affine
}

function requireSlice(slice: number, slices: number): void {
  if (Number.isInteger(slice) && slice >= 0 && slice < slices) return
  throw new Fault('bad-parameter', `There is no slice ${slice}.`, { hint: `Choose 0 to ${slices - 1}.` })
}
