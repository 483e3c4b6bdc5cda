import { changedRuns, type CropPlace, type SliceRuns } from '@engine/readers/drawing/changed-runs'
import { separateParts } from '@engine/readers/drawing/components'
import type { DrawnMask } from '@engine/readers/drawing/crop'
import { grownRegion } from '@engine/readers/drawing/grow-region'
import { grownSeeds } from '@engine/readers/drawing/grow-seeds'
import { changedVolume, type VolumeChange } from '@engine/readers/drawing/volume-change'

/** A change of labelmaps as plain values that can go to another thread. */
export type DrawnTask =
  | {
      readonly task: 'change'
      readonly mask: DrawnMask
      readonly other: DrawnMask | null
      readonly change: VolumeChange
      /** Below it a part is small. */
      readonly leastVoxels: number
      readonly place: CropPlace
    }
  | {
      readonly task: 'region'
      /** On the whole image: 1 where the grey value lies in the band. */
      readonly allowed: DrawnMask
      readonly voxel: readonly [number, number, number]
      readonly reach: number | null
      readonly inSlice: boolean
    }
  | {
      readonly task: 'seeds'
      /** One for each segment, on one box. */
      readonly seeds: readonly DrawnMask[]
      readonly grey: Float32Array
      readonly place: CropPlace
    }
  | { readonly task: 'parts'; readonly mask: DrawnMask; readonly most: number; readonly place: CropPlace }

export interface DrawnAnswer {
  /**
   * What is turned over: of the one segment, of every seed in order, or of the split segment and then of every part that
   * leaves it. Of a region all its pixels.
   */
  readonly runs: readonly (readonly SliceRuns[])[]
  /** How many parts were found; 0 where nothing is split. */
  readonly parts: number
}

/** Does the work in the calling thread. `progress` is told as far as it is known. */
export function drawnHere(task: DrawnTask, progress: (done: number, total: number) => void): DrawnAnswer {
  switch (task.task) {
    case 'change': {
      const { mask, change, other, leastVoxels, place } = task
      const after = changedVolume(mask, change, { other, leastVoxels })
      return { runs: [changedRuns(mask.voxels, after.voxels, place)], parts: 0 }
    }
    case 'region':
      return regionOf(task, progress)
    case 'seeds':
      return seedsOf(task)
    case 'parts':
      return partsOf(task)
  }
}

type TaskOf<K extends DrawnTask['task']> = Extract<DrawnTask, { task: K }>

function regionOf(
  { allowed, ...seed }: TaskOf<'region'>,
  progress: (done: number, total: number) => void
): DrawnAnswer {
  const { size } = allowed
  const total = allowed.voxels.reduce((sum, one) => sum + one, 0)
  const { voxels } = grownRegion(allowed, (index) => allowed.voxels[index], {
    ...seed,
    band: { low: 1, high: 1 },
    taken: (count) => progress(count, total)
  })
  return { runs: [changedRuns(null, voxels, { box: { from: [0, 0, 0], to: size }, columns: size[0] })], parts: 0 }
}

function seedsOf({ seeds, grey, place }: TaskOf<'seeds'>): DrawnAnswer {
  const [{ size, spacing }] = seeds
  const numbered = new Uint8Array(size[0] * size[1] * size[2])
  seeds.forEach(({ voxels }, at) => voxels.forEach((bit, index) => bit === 1 && (numbered[index] ||= at + 1)))
  const owner = grownSeeds({ size, spacing, grey }, numbered)
  return {
    runs: seeds.map(({ voxels }, at) =>
      changedRuns(
        voxels,
        owner.map((one) => (one === at + 1 ? 1 : 0)),
        place
      )
    ),
    parts: 0
  }
}

function partsOf({ mask, most, place }: TaskOf<'parts'>): DrawnAnswer {
  const parts = separateParts(mask)
  if (parts.length < 2 || parts.length > most) return { runs: [], parts: parts.length }
  const [largest, ...others] = parts
  return {
    runs: [
      changedRuns(mask.voxels, largest.voxels, place),
      ...others.map(({ voxels }) => changedRuns(null, voxels, place))
    ],
    parts: parts.length
  }
}

/** Buffers of a task that its sender does not need any more and may hand over without a copy. */
export function buffersOf(task: DrawnTask): ArrayBuffer[] {
  const masks =
    task.task === 'seeds'
      ? [...task.seeds.map(({ voxels }) => voxels), task.grey]
      : task.task === 'region'
        ? [task.allowed.voxels]
        : [task.mask.voxels, ...(task.task === 'change' && task.other !== null ? [task.other.voxels] : [])]
  return [...new Set(masks.map(({ buffer }) => buffer as ArrayBuffer))]
}
