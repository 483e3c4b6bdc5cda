import { randomUUID } from 'node:crypto'
import { Fault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import type { Volume } from '@engine/geometry/volume'
import { type Journal, type NewEntry, changeOf } from '@engine/project/journal'
import { type DrawnMask, sizeOfBox, type VoxelBox, widened, withinImage } from '@engine/readers/drawing/crop'
import { runDrawn } from '@engine/readers/drawing/drawing-pool'
import { reachOf, type VolumeChange } from '@engine/readers/drawing/volume-change'
import type { Segment } from '@shared/drawing'
import type { DrawingOperation } from '@shared/drawing-operations'
import type { Delta } from '@shared/drawing/deltas'
import { freeColour } from '@shared/segment-colours'
import { runsOfIndices } from '@shared/drawing/segment-planes'
import { pixelsOfRuns } from '@shared/drawing/runs'
import { requireRoom } from './drawing-changes'
import { boxOfPlanes, cropOfPlanes, planesOf } from './drawn-crop'

/** Voxels of the box that seeds may share among them: a queue of them must fit into memory. */
const mostSeedVoxels = 20_000_000
const mostParts = 20

export type Outcome = Pick<NewEntry, 'deltas' | 'changes'>

interface Ground {
  readonly journal: Journal
  readonly image: Volume
  readonly job: Job
}

/**
 * What an operation turns over. What it needs is cut out here, slice by slice so that other messages are answered between
 * them, and worked on in the thread for labelmaps. Throws Fault `bad-parameter`, `usage`, `too-large`, `cancelled`.
 */
export function drawnOutcome(action: DrawingOperation, ground: Ground): Promise<Outcome> {
  switch (action.operation) {
    case 'grow-region':
      return regionOutcome(action, ground)
    case 'grow-seeds':
      return seedOutcome(action.marginMm, ground)
    case 'split-parts':
      return splitOutcome(requireSegment(ground.journal, action.segment), ground)
    default:
      return volumeOutcome(action, ground)
  }
}

const spacingOf = (image: Volume): DrawnMask['spacing'] => image.spacingMm ?? [1, 1, 1]

/** Lets the engine answer what came meanwhile. Throws Fault `cancelled`. */
async function breathe(job: Job): Promise<void> {
  await new Promise(setImmediate)
  throwIfCancelled(job)
}

/** Throws Fault `bad-parameter`. */
function requireSegment({ shown }: Journal, segment: string): Segment {
  const found = shown.segments.find((one) => one.segment === segment)
  if (found === undefined) throw new Fault('bad-parameter', 'There is no such segment in this drawing.')
  return found
}

async function volumeOutcome(change: VolumeChange, { journal, image, job }: Ground): Promise<Outcome> {
  const { segment } = requireSegment(journal, change.segment)
  const other = change.operation === 'combine' ? planesOf(journal, requireSegment(journal, change.other).segment) : null
  const planes = planesOf(journal, segment)
  const drawn = boxOfPlanes(other === null ? [planes] : [planes, other])
  if (drawn === null) return { deltas: [], changes: [] }
  const spacing = spacingOf(image)
  const reach = reachOf(change)
  const voxels = (axis: 0 | 1 | 2): number => Math.ceil(reach / spacing[axis]) + 1
  const box = withinImage(widened(drawn, [voxels(0), voxels(1), voxels(2)]), image.size)
  const { runs } = await runDrawn(
    {
      task: 'change',
      mask: cropOfPlanes(planes, box, spacing),
      other: other === null ? null : cropOfPlanes(other, box, spacing),
      change,
      leastVoxels: change.operation === 'remove-small' ? leastVoxels(change.least, image) : 0,
      place: { box, columns: image.size[0] }
    },
    job
  )
  return { deltas: runs[0].map((one) => ({ segment, ...one })), changes: [] }
}

/** ml in a volume, cm² on one slice, voxels without a scale. */
function leastVoxels(least: number, { spacingMm, size }: Volume): number {
  if (spacingMm === null) return least
  const [x, y, z] = spacingMm
  return size[2] === 1 ? (100 * least) / (x * y) : (1000 * least) / (x * y * z)
}

function greyAt({ voxels, samples }: Volume): (index: number) => number {
  if (samples === 1) return (index) => voxels[index]
  return (index) => (voxels[3 * index] + voxels[3 * index + 1] + voxels[3 * index + 2]) / 3
}

async function regionOutcome(
  action: Extract<DrawingOperation, { operation: 'grow-region' }>,
  { journal, image, job }: Ground
): Promise<Outcome> {
  const { segment } = requireSegment(journal, action.segment)
  if (action.voxel.some((at, axis) => at >= image.size[axis])) {
    throw new Fault('bad-parameter', 'The seed does not lie on the image.')
  }
  const { voxel, band, reachMm: reach, inSlice } = action
  const allowed = { voxels: await inBand(band, { image, job }), size: image.size, spacing: spacingOf(image) }
  const { runs } = await runDrawn({ task: 'region', allowed, voxel, reach, inSlice }, job)
  const planes = planesOf(journal, segment)
  const deltas: Delta[] = []
  for (const { slice, runs: grown } of runs[0]) {
    const pixels = pixelsOfRuns(grown, image.size[0] * image.size[1])
    const added: number[] = []
    for (let index = pixels.indexOf(1); index >= 0; index = pixels.indexOf(1, index + 1)) {
      if (!planes.has(slice, index)) added.push(index)
    }
    if (added.length > 0) deltas.push({ segment, slice, runs: runsOfIndices(added) })
    await breathe(job)
  }
  return { deltas, changes: [] }
}

/** 1 where the grey value lies in the band, on the whole image. */
async function inBand(
  { low, high }: { low: number; high: number },
  { image, job }: Pick<Ground, 'image' | 'job'>
): Promise<Uint8Array> {
  const plane = image.size[0] * image.size[1]
  const value = greyAt(image)
  const allowed = new Uint8Array(plane * image.size[2])
  for (let slice = 0; slice < image.size[2]; slice++) {
    for (let index = slice * plane; index < (slice + 1) * plane; index++) {
      const grey = value(index)
      if (grey >= low && grey <= high) allowed[index] = 1
    }
    job.progress('Reading the image', slice + 1, image.size[2])
    await breathe(job)
  }
  return allowed
}

/** Throws Fault `usage` with fewer than two seeds, `too-large` where the box of the seeds is. */
async function seedOutcome(marginMm: number, { journal, image, job }: Ground): Promise<Outcome> {
  const seeds = journal.shown.segments
    .map(({ segment }) => ({ segment, planes: planesOf(journal, segment) }))
    .filter(({ planes }) => planes.voxels > 0)
  if (seeds.length < 2 || seeds.length > 255) {
    throw new Fault('usage', 'Growing from seeds needs at least two segments with something drawn.')
  }
  const spacing = spacingOf(image)
  const voxels = (axis: 0 | 1 | 2): number => Math.ceil(marginMm / spacing[axis])
  const drawn = boxOfPlanes(seeds.map(({ planes }) => planes))!
  const box = withinImage(widened(drawn, [voxels(0), voxels(1), image.size[2] > 1 ? voxels(2) : 0]), image.size)
  const size = sizeOfBox(box)
  if (size[0] * size[1] * size[2] > mostSeedVoxels) {
    throw new Fault('too-large', 'The seeds lie too far apart: the box around them has too many voxels.', {
      hint: 'Draw seeds closer together, or grow from a single seed.'
    })
  }
  const { runs } = await runDrawn(
    {
      task: 'seeds',
      seeds: seeds.map(({ planes }) => cropOfPlanes(planes, box, spacing)),
      grey: await greyOfBox(box, { image, job }),
      place: { box, columns: image.size[0] }
    },
    job
  )
  return { deltas: seeds.flatMap(({ segment }, at) => runs[at].map((one) => ({ segment, ...one }))), changes: [] }
}

async function greyOfBox(box: VoxelBox, { image, job }: Pick<Ground, 'image' | 'job'>): Promise<Float32Array> {
  const [width, height, depth] = sizeOfBox(box)
  const value = greyAt(image)
  const [columns, rows] = image.size
  const grey = new Float32Array(width * height * depth)
  for (let slice = 0, at = 0; slice < depth; slice++) {
    for (let row = 0; row < height; row++) {
      const start = ((box.from[2] + slice) * rows + box.from[1] + row) * columns + box.from[0]
      for (let column = 0; column < width; column++) grey[at++] = value(start + column)
    }
    await breathe(job)
  }
  return grey
}

/** The largest part stays; every other goes to a segment of its own, with a name and a colour no other has. Throws Fault `too-large` for very many. */
async function splitOutcome(segment: Segment, { journal, image, job }: Ground): Promise<Outcome> {
  const planes = planesOf(journal, segment.segment)
  const box = boxOfPlanes([planes])
  if (box === null) return { deltas: [], changes: [] }
  const known = [...journal.shown.segments]
  const place = { box, columns: image.size[0] }
  const mask = cropOfPlanes(planes, box, spacingOf(image))
  const { runs, parts } = await runDrawn({ task: 'parts', mask, most: mostParts, place }, job)
  if (parts > mostParts) {
    throw new Fault('too-large', `${segment.name} has ${parts} parts: too many for a segment each.`, {
      hint: 'Remove the small parts first.'
    })
  }
  if (runs.length === 0) return { deltas: [], changes: [] }
  const made: Segment[] = []
  for (let part = 1; part < runs.length; part++) {
    const taken = [...known, ...made]
    const named = { name: partName(segment.name, taken), colour: freeColour(taken.map(({ colour }) => colour)) }
    made.push({ ...segment, ...named, segment: randomUUID(), boxes: [] })
  }
  requireRoom(known.length + made.length)
  const ids = [segment, ...made].map((one) => one.segment)
  return {
    changes: made.map((after, at) => changeOf([...known, ...made.slice(0, at)], null, after)),
    deltas: runs.flatMap((slices, at) => slices.map((one) => ({ segment: ids[at], ...one })))
  }
}

function partName(name: string, taken: readonly Segment[]): string {
  const names = new Set(taken.map((one) => one.name))
  for (let number = 2; ; number++) {
    const free = `${name.slice(0, 110)} ${number}`
    if (!names.has(free)) return free
  }
}
