import { Fault } from '@engine/fault'
import { boxLabelmap } from '@engine/formats/masks/boxes'
import type { Volume } from '@engine/geometry/volume'
import { stateAt } from '@engine/project/checkpoints'
import { findDrawing } from '@engine/project/drawing-rows'
import type { Workspace } from '@engine/project/workspace'
import { runsOf } from '@engine/readers/study/outline-runs'
import { flipPixels } from '@shared/drawing/runs'
import type { OutlineRuns } from '@shared/reading-study'
import { requireRoom } from '../drawing-changes'
import { imageIdentity } from '../image-identity'

/** Which drawing: one profile's, in one reading of a study. */
export interface DrawnKey {
  readonly profile: string
  readonly study: string
  readonly reading: number
}

/**
 * What a reader has outlined so far, as it is on the disk. Throws Fault `not-writable` while strokes are held in memory: a
 * case is not done before they are saved; `too-large` for more segments than can be kept.
 */
export function drawnOutlines({ database, blobs, saver }: Workspace, volume: Volume, key: DrawnKey): OutlineRuns {
  if (saver.state.held > 0) {
    throw new Fault('not-writable', 'The last strokes are not saved yet.', {
      hint: 'Free some space on the drive of the workspace; saving goes on by itself. Then finish the case.'
    })
  }
  const { profile, study, reading } = key
  const drawing = findDrawing(database, { image: imageIdentity(volume), reader: profile, study, reading })
  const [columns, rows, slices] = volume.size
  if (drawing === null) return runsOf([columns, rows, slices], [])
  const state = stateAt({ database, blobs }, drawing.id, drawing.cursor)
  const segments = state.segments.map(({ segment, name, boxes = [] }) => {
    const voxels = new Uint8Array(columns * rows * slices)
    const planes = state.labelmap(segment)
    // A finding that was only boxed is outlined by its box, as everywhere.
    if (planes.length === 0 && boxes.length > 0) {
      const filled = boxes.map(({ box, slice }) => ({ box: [...box] as [number, number, number, number], slice }))
      return { name, voxels: boxLabelmap(filled, volume).voxels, boxes }
    }
    for (const { slice, runs } of planes) {
      flipPixels(voxels.subarray(slice * columns * rows, (slice + 1) * columns * rows), runs)
    }
    return { name, voxels, boxes }
  })
  const runs = runsOf([columns, rows, slices], segments)
  requireRoom(runs.segments.length)
  return runs
}
