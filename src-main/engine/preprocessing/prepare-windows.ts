import type { Volume } from '@engine/geometry/volume'
import { voxelCount } from '@engine/geometry/volume'
import { type Tensor, elementCount, tensor } from '@engine/tensor/tensor'
import type { CardInput, ModelCard } from '@shared/model-card'
import { channelScales, channelsFrom, isInverted, paddingOf, standardised } from './channel-values'
import { joinWindows } from './join-windows'
import { type Fit, fitWindow, imageLattice, type ModelGrid, windowGrid } from './model-grid'
import type { PartPlan, PreparedImage } from './prepared-image'
import { seenSpan, toImageVolume, toModelVolume } from './resample-volume'
import { scaleValues } from './scale-values'
import { boxWindows, patchWindows, type Window } from './windows'

/** One input of the model: which voxels of the field it shows, and how they are fitted. */
interface Part {
  readonly window: Window
  readonly fits: readonly Fit[]
  /** Its input over the image. */
  readonly grid: ModelGrid
}

/** All parts of an image, and the grid on which their maps are put together. */
interface Parts {
  readonly kind: PreparedImage['part']
  readonly parts: readonly Part[]
  readonly field: ModelGrid
  /** 3, or 2 for a model of pictures. */
  readonly axes: 2 | 3
  readonly aggregate: PartPlan['aggregate']
  /** Model input size with three axes. */
  readonly size: readonly number[]
}

/**
 * Prepares an image for a model that reads a whole volume, patches or boxes: turned to the card's orientation, brought to
 * its voxel size, cut and fitted along the image's own axes (never rotated, so an oblique image stays what it is).
 * Throws Fault `bad-card`, `bad-image`.
 */
export function prepareWindows(volume: Volume, card: ModelCard): PreparedImage {
  const plan = partsOf(volume, card)
  const { field, parts, axes } = plan
  const extents = field.map(({ to }) => to)
  const single = axes === 2 && extents[0] === 1
  const channels = memo(() => imageChannels(volume, card))
  return {
    plan: { indices: parts.map((_, index) => index), aggregate: plan.aggregate },
    part: plan.kind,
    shape: single ? extents.slice(1) : extents,
    field,
    coversImage: field.every(({ imageAxis, flipped, from, to, scale }, axis) => {
      return imageAxis === 2 - axis && !flipped && Math.abs(scale * to - from) < 1e-6
    }),
    input: (index) => partInput(channels(), card.input, { grid: parts[index].grid, axes }),
    join: (maps) => (plan.kind === 'volume' ? maps[0] : joinWindows(maps, parts, extents)),
    joinCells: (maps) => (plan.kind === 'volume' ? maps[0] : null),
    onImage: (values, interpolation) => toImageVolume(threeAxes(values, extents.length), field, interpolation),
    onGrid: (values) => toModelVolume({ values, size: volume.size }, field, 0, 'linear'),
    maskOnGrid: (mask) => ({
      mask: Uint8Array.from(toModelVolume({ values: mask, size: volume.size }, field, 0, 'nearest'), (v) => +(v !== 0)),
      lost: countUnseen(mask, field, volume)
    }),
    boxOnGrid: (box) => (single ? planeBox(box, field) : null),
    cellsOf: ({ shape }) => {
      const spatial = shape.slice(-3)
      const along = (imageAxis: number): number => spatial[field.findIndex((axis) => axis.imageAxis === imageAxis)]
      return [along(0), along(1), along(2)]
    }
  }
}

function partsOf(volume: Volume, { mode, input }: ModelCard): Parts {
  const axes = input.size.length === 3 ? 3 : 2
  const size = axes === 3 ? input.size : [1, ...input.size]
  const lattice = imageLattice(volume, axes === 3 ? input : { orientation: 'as-stored', spacingMm: null })
  if (mode.kind === 'patch' || mode.kind === 'roi') {
    const windows = mode.kind === 'patch' ? patchWindows(lattice, mode) : boxWindows(lattice, mode.boxes, axes)
    const parts = windows.map((window) => partOf(lattice, window, { size, resize: input.resize }))
    const kind = mode.kind === 'patch' ? ('patch' as const) : ('box' as const)
    return { kind, parts, field: lattice, axes, aggregate: mode.aggregate, size }
  }
  // Stretching fills the input whatever the voxel size is; the doctor says so where the card names one.
  const whole = input.resize === 'stretch' ? imageLattice(volume, { ...input, spacingMm: null }) : lattice
  const window = { start: [0, 0, 0], size: whole.map(({ to }) => to) }
  const part = partOf(whole, window, { size, resize: input.resize })
  return { kind: 'volume', parts: [part], field: part.grid, axes, aggregate: 'mean', size }
}

function partOf(
  lattice: ModelGrid,
  window: Window,
  { size, resize }: { size: readonly number[]; resize: CardInput['resize'] }
): Part {
  const fits = fitWindow(window.size, size, resize)
  return { window, fits, grid: windowGrid(lattice, window.start, fits, size) }
}

/** Channel values of the whole image, scaled, with what stands for "outside". */
function imageChannels(
  volume: Volume,
  card: ModelCard
): { values: Float32Array; size: Volume['size']; padding: number }[] {
  const count = voxelCount(volume)
  const samples = Array.from({ length: volume.samples }, (_, sample) =>
    volume.samples === 1
      ? Float32Array.from(volume.voxels)
      : Float32Array.from({ length: count }, (_, voxel) => volume.voxels[voxel * volume.samples + sample])
  )
  const inverted = isInverted(volume, card.input)
  const scales = channelScales(volume, card)
  const planes = channelsFrom(samples, card.input)
  const scaled = new Map<string, Float32Array>()
  return planes.map((plane, channel) => {
    const which = Math.min(channel, scales.length - 1)
    const key = `${planes.indexOf(plane)}/${which}`
    const values = scaled.get(key) ?? scaleValues(plane, scales[which], inverted)
    scaled.set(key, values)
    return { values, size: volume.size, padding: paddingOf(scales[which]) }
  })
}

function partInput(
  channels: ReturnType<typeof imageChannels>,
  input: CardInput,
  { grid, axes }: { grid: ModelGrid; axes: 2 | 3 }
): Tensor {
  const spatial = grid.map(({ to }) => to)
  const voxels = elementCount(spatial)
  const data = new Float32Array(channels.length * voxels)
  channels.forEach((source, channel) => {
    const values = toModelVolume(source, grid, source.padding, input.interpolation)
    data.set(standardised(values, input, channel), channel * voxels)
  })
  return tensor(data, [1, channels.length, ...(axes === 3 ? spatial : spatial.slice(1))])
}

/** The spatial axes of a map as three, a picture's with one slice. */
function threeAxes({ data, shape }: Tensor, axes: number): Tensor {
  const spatial = shape.slice(-Math.min(axes, shape.length))
  return { data, shape: spatial.length === 3 ? spatial : [1, ...spatial] }
}

function countUnseen(mask: Uint8Array, field: ModelGrid, { size }: Pick<Volume, 'size'>): number {
  const spans = [0, 1, 2].map((imageAxis) => seenSpan(field.find((axis) => axis.imageAxis === imageAxis) ?? field[0]))
  const within = (index: number, [first, end]: [number, number]): boolean => index >= first && index < end
  let lost = 0
  for (let voxel = 0; voxel < mask.length; voxel++) {
    if (mask[voxel] === 0) continue
    const i = voxel % size[0]
    const j = Math.floor(voxel / size[0]) % size[1]
    const k = Math.floor(voxel / (size[0] * size[1]))
    if (!within(i, spans[0]) || !within(j, spans[1]) || !within(k, spans[2])) lost++
  }
  return lost
}

/** A box of a picture in pixels of its field, which has the picture's own pixels. */
function planeBox(
  box: readonly [number, number, number, number],
  field: ModelGrid
): [number, number, number, number] | null {
  const cut = [
    Math.max(0, box[0]),
    Math.max(0, box[1]),
    Math.min(field[2].to, box[2]),
    Math.min(field[1].to, box[3])
  ] as const
  return cut[2] > cut[0] && cut[3] > cut[1] ? [...cut] : null
}

function memo<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
