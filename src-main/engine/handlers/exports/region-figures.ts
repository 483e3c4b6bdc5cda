import type { ReportFigure } from '@engine/formats/dicom/measurements/measurement-report'
import { ownCode } from '@engine/formats/dicom/measurements/content-item'
import type { Code } from '@engine/formats/dicom/writing/dataset'
import type { Labelmap } from '@engine/geometry/labelmap'
import { determinant } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import { readIn, SUV_BY_WEIGHT } from '@shared/uptake'

const sct = (value: string, meaning: string): Code => ({ value, scheme: 'SCT', meaning })
const ucum = (value: string, meaning: string): Code => ({ value, scheme: 'UCUM', meaning })

/** UCUM's "no units". */
export const noUnit = ucum('1', 'no units')

/** CID 7464: how a figure was derived from the voxels. Source: DICOM PS3.16. */
export const derivations = {
  mean: sct('373098007', 'Mean'),
  deviation: sct('386136009', 'Standard Deviation'),
  minimum: sct('255605001', 'Minimum'),
  maximum: sct('56851009', 'Maximum')
} as const

/** Size of a region and what its voxels hold; nothing but its size is said of an empty one. */
export function regionFigures(region: Labelmap, image: Volume, modality: string): ReportFigure[] {
  const inside: number[] = []
  const { factor } = readIn(image)
  region.voxels.forEach((value, index) => {
    if (value !== 0 && image.samples === 1) inside.push(image.voxels[index] * factor)
  })
  const count = region.voxels.reduce((sum, value) => sum + (value !== 0 ? 1 : 0), 0)
  const { name, unit } = quantityOf(image, modality)
  const finite = inside.filter(Number.isFinite)
  const mean = finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length
  const squares = mean === null ? 0 : finite.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const deviation = finite.length < 2 ? null : Math.sqrt(squares / (finite.length - 1))
  const figure = (derivation: Code, value: number | null, note = ''): ReportFigure => ({
    name,
    unit,
    value,
    derivation,
    note
  })
  const empty = finite.length === 0 ? 'no voxel of the region holds a number' : ''
  return [
    sizeFigure(count, image),
    { name: ownCode('voxels', 'Number of voxels'), unit: noUnit, value: count, derivation: null, note: '' },
    figure(derivations.mean, mean, empty),
    figure(derivations.deviation, deviation, finite.length < 2 ? 'fewer than two voxels' : ''),
    figure(derivations.minimum, finite.length === 0 ? null : extreme(finite, Math.min), empty),
    figure(derivations.maximum, finite.length === 0 ? null : extreme(finite, Math.max), empty)
  ]
}

function extreme(values: readonly number[], pick: (first: number, second: number) => number): number {
  return values.reduce((best, value) => pick(best, value))
}

/** Volume of a region of a volume, area of one of a picture. */
function sizeFigure(count: number, image: Volume): ReportFigure {
  const flat = image.size[2] === 1
  const name = flat ? sct('42798000', 'Area') : sct('118565006', 'Volume')
  const unit = flat ? ucum('mm2', 'square millimetre') : ucum('mm3', 'cubic millimetre')
  if (image.spacingMm === null) {
    return { name, unit, value: null, derivation: null, note: 'the file does not say how large a pixel is' }
  }
  const [across, down] = image.spacingMm
  const value = count * (flat ? across * down : Math.abs(determinant(image.affine)))
  const note = image.atDetector === true ? 'measured at the detector, not in the patient' : ''
  return { name, unit, value, derivation: null, note }
}

/** What the voxels of an image are. Source: DICOM PS3.16 CID 7469, CID 7180, CID 301. */
export function quantityOf(image: Volume, modality: string): { name: Code; unit: Code } {
  const { unit } = readIn(image)
  if (unit === 'HU') {
    return {
      name: { value: '112031', scheme: 'DCM', meaning: 'Attenuation Coefficient' },
      unit: ucum("[hnsf'U]", 'Hounsfield unit')
    }
  }
  if (unit === SUV_BY_WEIGHT) {
    return {
      name: { value: '126401', scheme: 'DCM', meaning: 'SUVbw' },
      unit: ucum('g/ml{SUVbw}', 'Standardized Uptake Value body weight')
    }
  }
  if (modality === 'MR')
    return { name: { value: '110852', scheme: 'DCM', meaning: 'MR signal intensity' }, unit: noUnit }
  return { name: ownCode('image-value', 'Value of the image'), unit: noUnit }
}
