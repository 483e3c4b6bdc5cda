import { randomUUID } from 'node:crypto'
import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import type { Volume } from '@engine/geometry/volume'
import { type Journal, type NewEntry, changeOf } from '@engine/project/journal'
import { separateParts } from '@engine/readers/drawing/components'
import { type DrawnMask, sizeOfBox, type VoxelBox, widened, withinImage } from '@engine/readers/drawing/crop'
import { grownRegion } from '@engine/readers/drawing/grow-region'
import { grownSeeds } from '@engine/readers/drawing/grow-seeds'
import { changedVolume, reachOf, type VolumeChange } from '@engine/readers/drawing/volume-change'
import type { Segment } from '@shared/drawing'
import type { DrawingOperation, drawingOperationCommands } from '@shared/drawing-operations'
import type { Delta } from '@shared/drawing/deltas'
import { runsOfIndices } from '@shared/drawing/segment-planes'
import { boxOfPlanes, cropOfPlanes, deltasBetween, planesOf } from './drawn-crop'
import { measured } from './drawn-measure'
import { caseNote } from './case-note'
import { operationName } from './operation-name'
import { requireRoom } from './drawing-changes'
import type { Workbench } from './workbench'

type OperationHandlers = Pick<Handlers, keyof typeof drawingOperationCommands>

/** Voxels of the box that seeds may share among them: a queue of them must fit into memory. */
const mostSeedVoxels = 20_000_000
const mostParts = 20

/** Tools that look at the whole labelmap, sizes, and what the reader says of the case. */
export function drawingOperationHandlers(workbench: Workbench): OperationHandlers {
  const { drawings, cases } = workbench
  return {
    async 'drawing.operation'({ drawing, window, action }) {
      const { journal, caseId } = drawings.writable(drawing, window)
      const image = await cases.volume(caseId)
      const { deltas, changes } = outcomeOf(action, journal, image)
      const segments = [...journal.shown.segments]
      if (deltas.length === 0 && changes.length === 0) {
        return { entry: null, name: 'Nothing changed.', savedAt: null, segments, deltas: [] }
      }
      const slice = deltas[Math.floor(deltas.length / 2)]?.slice ?? null
      const name = operationName(action, { segments, scaled: image.spacingMm !== null })
      const { entry, savedAt } = journal.commit({ name, tool: null, slice, deltas, changes })
      return { entry, name, savedAt, segments: [...journal.shown.segments], deltas: [...deltas] }
    },

    async 'drawing.measure'({ drawing, window }) {
      return measured(drawings.require(drawing, window).journal)
    },

    async 'drawing.note'({ drawing, window, change }) {
      return caseNote(workbench, { drawing, window }, change)
    }
  }
}

type Outcome = Pick<NewEntry, 'deltas' | 'changes'>

const spacingOf = (image: Volume): DrawnMask['spacing'] => image.spacingMm ?? [1, 1, 1]

function outcomeOf(action: DrawingOperation, journal: Journal, image: Volume): Outcome {
  switch (action.operation) {
    case 'grow-region':
      return { deltas: regionDeltas(action, journal, image), changes: [] }
    case 'grow-seeds':
      return { deltas: seedDeltas(action.marginMm, journal, image), changes: [] }
    case 'split-parts':
      return splitOutcome(requireSegment(journal, action.segment), journal, image)
    default:
      return { deltas: volumeDeltas(action, journal, image), changes: [] }
  }
}

/** Throws Fault `bad-parameter`. */
function requireSegment({ shown }: Journal, segment: string): Segment {
  const found = shown.segments.find((one) => one.segment === segment)
  if (found === undefined) throw new Fault('bad-parameter', 'There is no such segment in this drawing.')
  return found
}

function volumeDeltas(change: VolumeChange, journal: Journal, image: Volume): Delta[] {
  const { segment } = requireSegment(journal, change.segment)
  const other = change.operation === 'combine' ? planesOf(journal, requireSegment(journal, change.other).segment) : null
  const planes = planesOf(journal, segment)
  const drawn = boxOfPlanes(other === null ? [planes] : [planes, other])
  if (drawn === null) return []
  const spacing = spacingOf(image)
  const reach = reachOf(change)
  const voxels = (axis: 0 | 1 | 2): number => Math.ceil(reach / spacing[axis]) + 1
  const box = withinImage(widened(drawn, [voxels(0), voxels(1), voxels(2)]), image.size)
  const mask = cropOfPlanes(planes, box, spacing)
  const after = changedVolume(mask, change, {
    other: other === null ? null : cropOfPlanes(other, box, spacing),
    leastVoxels: change.operation === 'remove-small' ? leastVoxels(change.least, image) : 0
  })
  return deltasBetween(segment, { before: mask.voxels, after: after.voxels }, { box, columns: image.size[0] })
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

function regionDeltas(
  action: Extract<DrawingOperation, { operation: 'grow-region' }>,
  journal: Journal,
  image: Volume
): Delta[] {
  const { segment } = requireSegment(journal, action.segment)
  if (action.voxel.some((at, axis) => at >= image.size[axis])) {
    throw new Fault('bad-parameter', 'The seed does not lie on the image.')
  }
  const [columns, rows, slices] = image.size
  const { voxel, band, reachMm: reach, inSlice } = action
  const region = grownRegion({ size: image.size, spacing: spacingOf(image) }, greyAt(image), {
    voxel,
    band,
    reach,
    inSlice
  })
  const planes = planesOf(journal, segment)
  const deltas: Delta[] = []
  for (let slice = 0; slice < slices; slice++) {
    const start = slice * columns * rows
    const plane = region.voxels.subarray(start, start + columns * rows)
    const added: number[] = []
    for (let index = plane.indexOf(1); index >= 0; index = plane.indexOf(1, index + 1)) {
      if (!planes.has(slice, index)) added.push(index)
    }
    if (added.length > 0) deltas.push({ segment, slice, runs: runsOfIndices(added) })
  }
  return deltas
}

/** Throws Fault `usage` with fewer than two seeds, `too-large` where the box of the seeds is. */
function seedDeltas(marginMm: number, journal: Journal, image: Volume): Delta[] {
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
  const count = size[0] * size[1] * size[2]
  if (count > mostSeedVoxels) {
    throw new Fault('too-large', 'The seeds lie too far apart: the box around them has too many voxels.', {
      hint: 'Draw seeds closer together, or grow from a single seed.'
    })
  }
  const crops = seeds.map(({ planes }) => cropOfPlanes(planes, box, spacing))
  const numbered = new Uint8Array(count)
  crops.forEach(({ voxels: bits }, at) => bits.forEach((bit, index) => bit === 1 && (numbered[index] ||= at + 1)))
  const owner = grownSeeds({ size, spacing, grey: greyOfBox(image, box) }, numbered)
  return seeds.flatMap(({ segment }, at) => {
    const after = owner.map((one) => (one === at + 1 ? 1 : 0))
    return deltasBetween(segment, { before: crops[at].voxels, after }, { box, columns: image.size[0] })
  })
}

function greyOfBox(image: Volume, box: VoxelBox): Float32Array {
  const [width, height, depth] = sizeOfBox(box)
  const value = greyAt(image)
  const [columns, rows] = image.size
  return Float32Array.from({ length: width * height * depth }, (_, index) => {
    const i = box.from[0] + (index % width)
    const j = box.from[1] + (Math.floor(index / width) % height)
    const k = box.from[2] + Math.floor(index / (width * height))
    return value((k * rows + j) * columns + i)
  })
}

/** The largest part stays; every other goes to a segment of its own. Throws Fault `too-large` for very many. */
function splitOutcome(segment: Segment, journal: Journal, image: Volume): Outcome {
  const planes = planesOf(journal, segment.segment)
  const box = boxOfPlanes([planes])
  if (box === null) return { deltas: [], changes: [] }
  const mask = cropOfPlanes(planes, box, spacingOf(image))
  const parts = separateParts(mask)
  if (parts.length < 2) return { deltas: [], changes: [] }
  if (parts.length > mostParts) {
    throw new Fault('too-large', `${segment.name} has ${parts.length} parts: too many for a segment each.`, {
      hint: 'Remove the small parts first.'
    })
  }
  const [largest, ...others] = parts
  const place = { box, columns: image.size[0] }
  const empty = new Uint8Array(mask.voxels.length)
  const made: Segment[] = others.map((_, at) => ({
    ...segment,
    segment: randomUUID(),
    name: partName(segment.name, at),
    boxes: []
  }))
  const known = [...journal.shown.segments]
  requireRoom(known.length + made.length)
  const changes = made.map((after, at) => changeOf([...known, ...made.slice(0, at)], null, after))
  return {
    changes,
    deltas: [
      ...deltasBetween(segment.segment, { before: mask.voxels, after: largest.voxels }, place),
      ...made.flatMap((one, at) => deltasBetween(one.segment, { before: empty, after: others[at].voxels }, place))
    ]
  }
}

const partName = (name: string, at: number): string => `${name.slice(0, 110)} ${at + 2}`
