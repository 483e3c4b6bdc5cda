import type { Volume } from '@engine/geometry/volume'
import type { ModelCard } from '@shared/model-card'
import type { DoctorFinding } from '@shared/vocabulary'
import { isInverted } from './channel-values'
import { examineVolumeOrientation, examineVolumeSize, examineVolumeSpacing } from './doctor-volume'
import { prepareImage, takesVolumes } from './prepare'
import { valueRange } from './scale-values'
import { slicePlan, sliceSize } from './slices'

/**
 * Compares an image with what a model's card says it expects: seven checks, each fits / differs / unknown.
 * A check that differs is a sentence with what would work; nothing is changed silently.
 */
export function examineInput(volume: Volume, card: ModelCard): DoctorFinding[] {
  const values = [
    examineValues(volume, card),
    examineTensor(volume, card),
    examineChannels(volume, card),
    examinePhotometric(volume, card)
  ]
  return takesVolumes(card.input)
    ? [
        ...values,
        examineVolumeOrientation(volume, card),
        examineVolumeSpacing(volume, card),
        examineVolumeSize(volume, card)
      ]
    : [...values, examineOrientation(volume, card), examineSpacing(volume, card), examineSize(volume, card)]
}

const figure = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))

const span = (low: number, high: number): string => `${figure(low)} to ${figure(high)}`

function examineValues(volume: Volume, card: ModelCard): DoctorFinding {
  const [low, high] = valueRange(volume.voxels)
  const found = `${span(low, high)} ${volume.unit}`.trim()
  const scaling = card.input.values
  const check = 'value range' as const
  if (low === high) {
    return {
      check,
      state: 'differs',
      found,
      expected: 'an image with contrast',
      sentence: `Every pixel of this image is ${figure(low)}: there is nothing to look at.`
    }
  }
  const holes = holesIn(volume)
  if (holes > 0) {
    return {
      check,
      state: 'differs',
      found: `${found}, ${holes} holes`,
      expected: 'a number in every voxel',
      sentence: `${holes} voxels of this image are not numbers; the model is given ${figure(low)}, the lowest value, there. Repair the image if they lie inside the body.`
    }
  }
  if (scaling.from === 'image' || scaling.from === 'none') {
    const expected =
      scaling.from === 'image'
        ? 'any; each image is scaled to its own range'
        : `${span(...card.input.range)}, given as it is`
    return {
      check,
      state: 'unknown',
      found,
      expected,
      sentence: `The card does not fix the values of an image; this one has ${found}.`
    }
  }
  const from = scaling.from === 'range' ? scaling.low : scaling.center - scaling.width / 2
  const to = scaling.from === 'range' ? scaling.high : scaling.center + scaling.width / 2
  const expected = span(from, to)
  return { check, found, expected, ...judgeOverlap({ low, high, from, to, window: scaling.from === 'window' }) }
}

/** Voxels that are NaN or infinite; only floating point can hold them. */
function holesIn({ voxels }: Volume): number {
  if (!(voxels instanceof Float32Array)) return 0
  let holes = 0
  for (const value of voxels) if (!Number.isFinite(value)) holes++
  return holes
}

/** A window may clip much of an image on purpose; a fixed range may not, and an image that fills under a tenth of it was scaled otherwise. */
function judgeOverlap(values: {
  low: number
  high: number
  from: number
  to: number
  window: boolean
}): Pick<DoctorFinding, 'state' | 'sentence'> {
  const { low, high, from, to, window } = values
  const margin = 0.02 * (to - from)
  const outside = low < from - margin || high > to + margin
  const used = (Math.min(high, to) - Math.max(low, from)) / (to - from)
  const mismatch = `The model expects ${span(from, to)}, this image gives ${span(low, high)}. Maps would be wrong: check "input.values" in the card.`
  if (used <= 0) return { state: 'differs', sentence: mismatch }
  if (!window && outside) return { state: 'differs', sentence: `${mismatch} Values outside are cut off.` }
  if (used < 0.1)
    return {
      state: 'differs',
      sentence: `${mismatch} The image uses only ${figure(100 * used)} % of the expected range.`
    }
  return { state: 'fits', sentence: `The values (${span(low, high)}) lie where the model expects them.` }
}

/** Looks at the numbers the model is really given. */
function examineTensor(volume: Volume, card: ModelCard): DoctorFinding {
  const prepared = prepareImage(volume, card)
  const middle = prepared.plan.indices[Math.floor(prepared.plan.indices.length / 2)]
  const [low, high] = valueRange(prepared.input(middle).data)
  const [from, to] = card.input.range
  const margin = 0.05 * (to - from)
  const fits = low >= from - margin && high <= to + margin
  return {
    check: 'rescale',
    state: fits ? 'fits' : 'differs',
    found: span(low, high),
    expected: span(from, to),
    sentence: fits
      ? `After scaling, the model is given ${span(low, high)}, within its ${span(from, to)}.`
      : `After scaling, the model would be given ${span(low, high)}; it was trained on ${span(from, to)}. Check "input.values", "mean" and "std" in the card.`
  }
}

function examineChannels(volume: Volume, card: ModelCard): DoctorFinding {
  const found = volume.samples === 3 ? 'colour' : 'grey'
  const wanted = card.input.channels
  const expected = wanted === 1 ? 'grey' : `${wanted} channels (${card.channels.kind})`
  const check = 'channels' as const
  if (volume.photometric === 'PALETTE') {
    return {
      check,
      state: 'differs',
      found: 'palette indices',
      expected,
      sentence: 'The pixels are indices into a colour palette, not brightness. Convert the image to grey or RGB first.'
    }
  }
  if (volume.samples === 3 && wanted !== 3) {
    return {
      check,
      state: 'differs',
      found,
      expected,
      sentence: `The image is in colour and the model takes ${expected}; it is given the brightness (luma).`
    }
  }
  if (volume.samples === 1 && wanted === 3 && card.channels.kind === 'copies') {
    return {
      check,
      state: 'fits',
      found,
      expected,
      sentence: 'The grey image is given to all three channels, as the card says.'
    }
  }
  return { check, state: 'fits', found, expected, sentence: `The image is ${found}, as the model needs it.` }
}

function examinePhotometric(volume: Volume, card: ModelCard): DoctorFinding {
  const found = volume.photometric
  const expected = card.input.photometric
  const inverted = isInverted(volume, card.input)
  return {
    check: 'photometric interpretation',
    state: 'fits',
    found,
    expected,
    sentence: inverted
      ? `The file stores ${found}; black and white are swapped for the model, as the standard says.`
      : `Bright means bright for the image (${found}) and for the model.`
  }
}

function examineOrientation(volume: Volume, card: ModelCard): DoctorFinding {
  const expected = card.input.orientation
  const stated = volume.oriented || (volume.patientOrientation?.[0] ?? '') !== ''
  const found = stated ? 'stated in the file' : 'not stated in the file'
  return {
    check: 'orientation',
    state: stated ? 'fits' : 'unknown',
    found,
    expected,
    sentence: stated
      ? 'The file says how the patient lies; slices are given to the model as they are stored.'
      : 'The file does not say which side is which. If the model was trained on the other side up, its answer and its maps are worth nothing.'
  }
}

function examineSpacing(volume: Volume, card: ModelCard): DoctorFinding {
  const wanted = card.input.spacingMm
  const found = volume.spacingMm ? `${volume.spacingMm.map(figure).join(' × ')} mm` : 'no scale in the file'
  const check = 'spacing' as const
  if (wanted === null) {
    return {
      check,
      state: 'unknown',
      found,
      expected: 'not stated in the card',
      sentence: 'The card does not say how large a pixel should be.'
    }
  }
  const expected = `${wanted.map(figure).join(' × ')} mm`
  if (volume.spacingMm === null) {
    return {
      check,
      state: 'unknown',
      found,
      expected,
      sentence: `The model expects ${expected} a pixel; the file states no scale.`
    }
  }
  const spacing = volume.spacingMm
  const fits = wanted.every((edge, index) => Math.abs(spacing[index] / edge - 1) < 0.1)
  return {
    check,
    state: fits ? 'fits' : 'differs',
    found,
    expected,
    sentence: fits
      ? `A pixel is ${found}, as the model expects.`
      : `The model expects ${expected} a pixel, this image has ${found}. Findings will look larger or smaller to it than in training.`
  }
}

function examineSize(volume: Volume, card: ModelCard): DoctorFinding {
  const plan = slicePlan(card.mode, volume)
  const { columns, rows } = sliceSize(volume, plan.axis)
  const [height, width] = card.input.size
  const patches = card.mode.kind === 'patch' || card.mode.kind === 'roi'
  const slices = plan.indices.length
  const found = slices > 1 ? `${columns} × ${rows}, ${slices} slices` : `${columns} × ${rows}`
  const expected = `${width} × ${height}`
  const check = 'size' as const
  if (slices > 1 && card.mode.kind === 'image') {
    return {
      check,
      state: 'differs',
      found,
      expected,
      sentence: `The model reads one image and this series has ${slices} slices. Each slice is given to it in turn; the largest answer counts.`
    }
  }
  if (patches) {
    const parts = prepareImage(volume, card).plan.indices.length
    return {
      check,
      state: 'fits',
      found,
      expected,
      sentence: `The image (${found}) is given to the model in ${parts} ${card.mode.kind === 'roi' ? 'boxes' : 'patches'}.`
    }
  }
  const distortion = columns / rows / (width / height)
  if (card.input.resize === 'stretch' && Math.abs(distortion - 1) > 0.1) {
    const direction = distortion > 1 ? 'narrower' : 'wider'
    return {
      check,
      state: 'differs',
      found,
      expected,
      sentence: `The image (${found}) is stretched to ${expected}: everything looks ${direction} to the model than it is. "resize": "fit" in the card avoids this.`
    }
  }
  return {
    check,
    state: 'fits',
    found,
    expected,
    sentence:
      columns === width && rows === height
        ? `The image is ${found}, the model's own size.`
        : `The image (${found}) is resized to ${expected} (${card.input.resize}).`
  }
}
