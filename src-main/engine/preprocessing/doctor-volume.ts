import { axisCodes } from '@engine/geometry/orientation'
import type { Volume } from '@engine/geometry/volume'
import type { ModelCard } from '@shared/model-card'
import type { DoctorFinding } from '@shared/vocabulary'
import { imageLattice, type ModelAxis, type ModelGrid } from './model-grid'
import { prepareImage } from './prepare'

/** The input doctor's checks of how a volume lies under a model that reads volumes. */

const figure = (value: number): string => String(Number(value.toPrecision(3)))
const triple = (values: readonly number[]): string => values.map(figure).join(' × ')

/** Which way the axes point, and whether they are turned for the model. */
export function examineVolumeOrientation(volume: Volume, { input }: ModelCard): DoctorFinding {
  const check = 'orientation' as const
  const found = volume.oriented ? axisCodes(volume.affine) : 'not stated in the file'
  const expected = input.orientation
  if (!volume.oriented) {
    return {
      check,
      state: 'unknown',
      found,
      expected,
      sentence:
        'The file does not say how the patient lies. If the model was trained on the other side up, its answer and its maps are worth nothing.'
    }
  }
  const sentence =
    expected === 'as-stored'
      ? `Columns, rows and slices point to ${found}; they are given to the model as stored. Name the orientation it was trained on in the card.`
      : `Columns, rows and slices point to ${found}; the model's axes point to ${expected}. The image is turned for the model, and its maps are turned back.`
  return { check, state: expected === 'as-stored' ? 'unknown' : 'fits', found, expected, sentence }
}

/** The size of a voxel as the model sees it. */
export function examineVolumeSpacing(volume: Volume, card: ModelCard): DoctorFinding {
  const check = 'spacing' as const
  const wanted = card.input.spacingMm
  const found = volume.spacingMm === null ? 'no scale in the file' : `${triple(volume.spacingMm)} mm`
  const expected = wanted === null ? 'not stated in the card' : `${triple(wanted)} mm`
  if (wanted === null || volume.spacingMm === null) {
    const sentence =
      wanted === null
        ? 'The card does not say how large a voxel should be.'
        : `The model expects voxels of ${expected}; the file states no scale.`
    return { check, state: 'unknown', found, expected, sentence }
  }
  const grid = inputGrid(volume, card)
  const spacing = volume.spacingMm
  const seen = grid.map(({ imageAxis, scale }) => scale * spacing[imageAxis])
  const fits = seen.every((edge, axis) => Math.abs(edge / wanted[axis] - 1) < 0.1)
  const resampled = grid.some(({ scale }) => Math.abs(scale - 1) > 1e-4)
  return {
    check,
    state: fits ? 'fits' : 'differs',
    found,
    expected,
    sentence: !fits
      ? `The model expects voxels of ${expected}; under "resize": "${card.input.resize}" this image gives it ${triple(seen)} mm. Organs will look larger or smaller to it than in training; "crop-pad" keeps the voxel size.`
      : resampled
        ? `The voxels (${found}) are resampled to ${expected} for the model.`
        : `The voxels are ${found}, as the model expects.`
  }
}

/** How much of the volume the model sees, and in how many parts. */
export function examineVolumeSize(volume: Volume, card: ModelCard): DoctorFinding {
  const check = 'size' as const
  const found = `${volume.size.join(' × ')} voxels`
  const expected = `${card.input.size.join(' × ')} voxels`
  const { plan, part } = prepareImage(volume, card)
  if (volume.size[2] === 1) {
    return {
      check,
      state: 'differs',
      found,
      expected,
      sentence: 'The model reads volumes and this image has one slice. Open the whole series.'
    }
  }
  if (part !== 'volume') {
    const parts = `${plan.indices.length} ${part === 'box' ? 'boxes' : 'patches'}`
    return {
      check,
      state: 'fits',
      found,
      expected,
      sentence: `The image (${found}) is given to the model in ${parts}.`
    }
  }
  const grid = inputGrid(volume, card)
  const cut = 1 - grid.reduce((share, axis) => share * seenShare(axis), 1)
  const distorted = card.input.resize === 'stretch' && distortion(grid, volume.spacingMm) > 1.1
  const differs = cut > 0.25 || distorted
  const sentence = distorted
    ? `The image (${found}) is stretched to ${expected}: shapes look distorted to the model. "resize": "fit" or "crop-pad" in the card avoids this.`
    : cut > 0
      ? `The image (${found}) is cut to ${expected}: the model does not see ${figure(100 * cut)} % of it.`
      : `The image (${found}) is given to the model as ${expected} (${card.input.resize}).`
  return { check, state: differs ? 'differs' : 'fits', found, expected, sentence }
}

/** The whole input over the image; of patches and boxes, the image at the card's voxel size. */
function inputGrid(volume: Volume, card: ModelCard): ModelGrid {
  return prepareImage(volume, card).field ?? imageLattice(volume, card.input)
}

/** Share of the image along one axis that lies in the model's field. */
function seenShare({ from, to, scale, offset }: ModelAxis): number {
  return (Math.min(from, offset + scale * to) - Math.max(0, offset)) / from
}

/** Largest ratio between the millimetres (or voxels) that a model voxel covers along two axes. */
function distortion(grid: ModelGrid, spacing: Volume['spacingMm']): number {
  const edges = grid.map(({ imageAxis, scale }) => scale * (spacing === null ? 1 : spacing[imageAxis]))
  return Math.max(...edges) / Math.min(...edges)
}
