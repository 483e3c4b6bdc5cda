import { Fault } from '@engine/fault'
import { axisCodes, oppositeAxisLetter } from '@engine/geometry/orientation'
import { spacingOf } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import type { CardInput } from '@shared/model-card'

/**
 * How one spatial axis of a model's input lies on the image: the centre of model voxel x is at position
 * `(x + 0.5) · scale + offset` along the image axis, in voxels from its edge, counted backwards when `flipped`.
 */
export interface ModelAxis {
  /** 0 columns (i), 1 rows (j), 2 slices (k). */
  readonly imageAxis: 0 | 1 | 2
  readonly flipped: boolean
  /** Image voxels along the axis. */
  readonly from: number
  /** Model voxels along the axis. */
  readonly to: number
  /** Image voxels per model voxel. */
  readonly scale: number
  /** Image voxels before the model's field; negative where the model sees padding. */
  readonly offset: number
}

/** The axes of a model's input in its own order. The image's geometry is kept: axes are turned and flipped, never rotated. */
export type ModelGrid = readonly [ModelAxis, ModelAxis, ModelAxis]

type Turn = Pick<ModelAxis, 'imageAxis' | 'flipped'>

const asStored: readonly [Turn, Turn, Turn] = [
  { imageAxis: 2, flipped: false },
  { imageAxis: 1, flipped: false },
  { imageAxis: 0, flipped: false }
]

/**
 * Which image axis each model axis runs along: slices, rows, columns as stored, or by three letters that say where the
 * model's first, second and third axis point (nibabel's and MONAI's words: RAS = right, anterior, superior). An oblique
 * image axis counts as the direction it is nearest to. Throws Fault `bad-card` for other words.
 */
export function turnedAxes(orientation: string, volume: Pick<Volume, 'affine'>): readonly [Turn, Turn, Turn] {
  if (orientation === 'as-stored') return asStored
  const wanted = [...orientation.toUpperCase()]
  const codes = [...axisCodes(volume.affine)]
  const turns = wanted.map((letter): Turn | null => {
    const same = codes.indexOf(letter)
    const imageAxis = same >= 0 ? same : codes.indexOf(oppositeAxisLetter(letter))
    return imageAxis < 0 ? null : { imageAxis: imageAxis as Turn['imageAxis'], flipped: same < 0 }
  })
  const [first, second, third] = turns
  const distinct = new Set(turns.map((turn) => turn?.imageAxis)).size === 3
  if (turns.length !== 3 || !first || !second || !third || !distinct) {
    throw new Fault('bad-card', `The model card's orientation "${orientation}" names no three directions.`, {
      subject: 'input.orientation',
      hint: 'Use three letters such as RAS or LPS, one of each pair R/L, A/P and S/I, or "as-stored".'
    })
  }
  return [first, second, third]
}

/** The whole image along the model's axes, at the card's voxel size where it names one; the middle stays in the middle. */
export function imageLattice(
  volume: Pick<Volume, 'size' | 'affine' | 'spacingMm'>,
  input: Pick<CardInput, 'orientation' | 'spacingMm'>
): ModelGrid {
  const turns = turnedAxes(input.orientation, volume)
  const wanted = wantedSpacing(input)
  const spacing = volume.spacingMm === null ? null : spacingOf(volume.affine)
  const axis = (turn: Turn, position: number): ModelAxis => {
    const from = volume.size[turn.imageAxis]
    if (wanted === null || spacing === null) return { ...turn, from, to: from, scale: 1, offset: 0 }
    const ratio = wanted[position] / spacing[turn.imageAxis]
    // A spacing stored as float32 is the same spacing.
    const scale = Math.abs(ratio - 1) < 1e-4 ? 1 : ratio
    const to = Math.max(1, Math.round(from / scale))
    return { ...turn, from, to, scale, offset: (from - scale * to) / 2 }
  }
  return [axis(turns[0], 0), axis(turns[1], 1), axis(turns[2], 2)]
}

function wantedSpacing({ spacingMm }: Pick<CardInput, 'spacingMm'>): readonly number[] | null {
  if (spacingMm === null) return null
  if (spacingMm.length === 3 && spacingMm.every((edge) => edge > 0)) return spacingMm
  throw new Fault('bad-card', `The model card's spacing ${spacingMm.join(' × ')} mm is not one of a volume.`, {
    subject: 'input.spacingMm',
    hint: 'Give three sizes in millimetres, in the order of the model’s axes, or null.'
  })
}

/** How a window of some voxels is brought to the size a model takes, axis by axis, in voxels of the window. */
export interface Fit {
  readonly scale: number
  readonly offset: number
}

/**
 * The fit of a resize rule: `stretch` fills each axis, `fit` shows all and pads, `cover` fills and cuts, `crop-pad`
 * keeps the voxels and cuts or pads around the middle, `none` takes only the right size.
 * Throws Fault `bad-image` when the rule is `none` and the sizes differ.
 */
export function fitWindow(window: readonly number[], size: readonly number[], resize: CardInput['resize']): Fit[] {
  if (resize === 'none' && window.some((length, axis) => length !== size[axis])) {
    throw new Fault('bad-image', `The image gives ${window.join(' × ')} voxels; the model takes ${size.join(' × ')}.`, {
      hint: 'Give an image of that size, or set "resize" in the model card to crop-pad, stretch, fit or cover.'
    })
  }
  const ratios = window.map((length, axis) => length / size[axis])
  if (resize === 'stretch') return ratios.map((scale) => ({ scale, offset: 0 }))
  if (resize === 'none' || resize === 'crop-pad') {
    return window.map((length, axis) => ({ scale: 1, offset: Math.floor((length - size[axis]) / 2) }))
  }
  // The one slice of a picture is no axis to fit.
  const used = ratios.filter((_, axis) => window[axis] > 1 || size[axis] > 1)
  const scale = resize === 'fit' ? Math.max(...used) : Math.min(...used)
  return window.map((length, axis) =>
    length === 1 && size[axis] === 1 ? { scale: 1, offset: 0 } : { scale, offset: (length - scale * size[axis]) / 2 }
  )
}

/** A window of a lattice, fitted to a model's input, as axes over the image itself. */
export function windowGrid(
  lattice: ModelGrid,
  start: readonly number[],
  fits: readonly Fit[],
  size: readonly number[]
): ModelGrid {
  const axis = (index: 0 | 1 | 2): ModelAxis => {
    const whole = lattice[index]
    const fit = fits[index]
    return {
      ...whole,
      to: size[index],
      scale: fit.scale * whole.scale,
      offset: whole.offset + (start[index] + fit.offset) * whole.scale
    }
  }
  return [axis(0), axis(1), axis(2)]
}
