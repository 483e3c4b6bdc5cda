import { Fault } from '@engine/fault'
import type { SegmentBox } from '@shared/drawing'
import type { OutlineRuns } from '@shared/reading-study'

/** A binary labelmap of one segment, first axis fastest. */
export interface OutlinedSegment {
  readonly name: string
  readonly voxels: Uint8Array
  /** What of it was drawn as boxes; absent: none. */
  readonly boxes?: readonly SegmentBox[]
}

/** Outlines as run lengths, `[columns, rows, slices]`; segments without a voxel are left out. */
export function runsOf(size: OutlineRuns['size'], segments: readonly OutlinedSegment[]): OutlineRuns {
  const drawn = segments.map(({ name, voxels, boxes = [] }) => ({
    name,
    runs: encodeRuns(voxels),
    ...(boxes.length === 0 ? {} : { boxes: [...boxes] })
  }))
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
export function segmentsOf(runs: OutlineRuns): OutlinedSegment[] {
  const length = checkedLength(runs)
  return runs.segments.map((segment) => {
    const voxels = new Uint8Array(length)
    fillRuns(voxels, segment.runs)
    const { name, boxes } = segment
    return boxes === undefined ? { name, voxels } : { name, voxels, boxes }
  })
}

/** What was outlined under one finding; segments of one name are one finding. Throws Fault `bad-mask`. */
export function maskOfFinding(runs: OutlineRuns, finding: string): Uint8Array {
  return unionOf({ ...runs, segments: runs.segments.filter(({ name }) => name === finding) })
}

/** Everything that was outlined, whatever the finding. Throws Fault `bad-mask`. */
export function unionOf(runs: OutlineRuns): Uint8Array {
  const union = new Uint8Array(checkedLength(runs))
  for (const segment of runs.segments) fillRuns(union, segment.runs)
  return union
}

function fillRuns(voxels: Uint8Array, runs: readonly number[]): void {
  let at = 0
  runs.forEach((run, index) => {
    if (index % 2 === 1) voxels.fill(1, at, at + run)
    at += run
  })
}

function checkedLength({ size, segments }: OutlineRuns): number {
  const length = size[0] * size[1] * size[2]
  for (const { name, runs } of segments) {
    if (runs.reduce((sum, run) => sum + run, 0) === length) continue
    throw new Fault('bad-mask', `The outline “${name}” does not have as many voxels as its image.`, {
      subject: name,
      hint: 'Ask the reader to save the reading again.'
    })
  }
  return length
}
