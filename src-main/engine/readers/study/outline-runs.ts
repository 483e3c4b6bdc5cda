import { Fault } from '@engine/fault'
import type { OutlineRuns } from '@shared/reading-study'

/** A binary labelmap of one segment, first axis fastest. */
export interface OutlinedSegment {
  readonly name: string
  readonly voxels: Uint8Array
}

/** Outlines as run lengths, `[columns, rows, slices]`; segments without a voxel are left out. */
export function runsOf(size: OutlineRuns['size'], segments: readonly OutlinedSegment[]): OutlineRuns {
  const drawn = segments.map(({ name, voxels }) => ({ name, runs: encodeRuns(voxels) }))
  return { size: [...size], segments: drawn.filter(({ runs }) => runs.length > 1) }
}

function encodeRuns(voxels: Uint8Array): number[] {
  const runs: number[] = []
  let inside = false
  let from = 0
  for (let index = 0; index < voxels.length; index++) {
    if ((voxels[index] !== 0) === inside) continue
    runs.push(index - from)
    from = index
    inside = !inside
  }
  runs.push(voxels.length - from)
  return runs
}

/**
 * The labelmaps behind run lengths. Throws Fault `bad-mask` when the runs are not exactly as long as the image, before
 * anything is allocated for them.
 */
export function segmentsOf({ size, segments }: OutlineRuns): OutlinedSegment[] {
  const length = size[0] * size[1] * size[2]
  for (const { name, runs } of segments) {
    if (runs.reduce((sum, run) => sum + run, 0) !== length) {
      throw new Fault('bad-mask', `The outline “${name}” does not have as many voxels as its image.`, {
        subject: name,
        hint: 'Ask the reader to save the reading again.'
      })
    }
  }
  return segments.map(({ name, runs }) => {
    const voxels = new Uint8Array(length)
    let at = 0
    runs.forEach((run, index) => {
      if (index % 2 === 1) voxels.fill(1, at, at + run)
      at += run
    })
    return { name, voxels }
  })
}

/** Everything that was outlined, whatever the finding. */
export function unionOf(runs: OutlineRuns): Uint8Array {
  const union = new Uint8Array(runs.size[0] * runs.size[1] * runs.size[2])
  for (const { voxels } of segmentsOf(runs)) {
    for (let index = 0; index < union.length; index++) if (voxels[index] !== 0) union[index] = 1
  }
  return union
}
