import type { Delta } from '@shared/drawing/deltas'
import { runsOfIndices } from '@shared/drawing/segment-planes'
import { sizeOfBox, type VoxelBox } from '@engine/readers/drawing/crop'

/** Where a crop lies: its box, and the columns of the image that its pixels are numbered on. */
export interface CropPlace {
  readonly box: VoxelBox
  readonly columns: number
}

/** Pixels of one slice that are turned over, as run lengths over the whole slice. */
export type SliceRuns = Omit<Delta, 'segment'>

/** What turns the voxels of a box from before to after. `before` null: nothing was marked. */
export function changedRuns(before: Uint8Array | null, after: Uint8Array, { box, columns }: CropPlace): SliceRuns[] {
  const [width, height, depth] = sizeOfBox(box)
  const found: SliceRuns[] = []
  for (let slice = 0; slice < depth; slice++) {
    const changed: number[] = []
    for (let row = 0; row < height; row++) {
      const part = (slice * height + row) * width
      const whole = (box.from[1] + row) * columns + box.from[0]
      for (let column = 0; column < width; column++) {
        if ((before?.[part + column] ?? 0) !== after[part + column]) changed.push(whole + column)
      }
    }
    if (changed.length > 0) found.push({ slice: box.from[2] + slice, runs: runsOfIndices(changed) })
  }
  return found
}
