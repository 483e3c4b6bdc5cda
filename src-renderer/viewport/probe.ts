import { readIn } from '@shared/uptake'
import type { DisplayImage } from '@shared/vocabulary'
import { rankWords, shareAtLeast } from './map-statistics'
import { shownValue, type ColourScale, type MeasuredMap } from './overlay-style'

/** What is read off under the cursor, in words for the corner. */
export interface ProbeReading {
  readonly map: { readonly value: string; readonly rest: string } | null
  readonly image: { readonly value: string; readonly unit: string }
  readonly position: string
}

interface Voxel {
  readonly column: number
  readonly row: number
  readonly slice: number
}

export interface ProbeInput {
  readonly image: DisplayImage
  readonly voxel: Voxel
  readonly measured: MeasuredMap | null
  readonly scale: ColourScale | null
}

export function readProbe({ image, voxel, measured, scale }: ProbeInput): ProbeReading {
  return {
    map: measured === null || scale === null ? null : mapReading(image, voxel, measured, scale),
    image: { value: greyText(image, voxel), unit: image.samples === 3 ? '' : readIn(image).unit },
    position: positionText(image, voxel)
  }
}

const indexOf = (image: DisplayImage, { column, row, slice }: Voxel): number =>
  (slice * image.size[1] + row) * image.size[0] + column

function mapReading(
  image: DisplayImage,
  voxel: Voxel,
  { map, ranks }: MeasuredMap,
  scale: ColourScale
): { value: string; rest: string } {
  const value = map.values[indexOf(image, voxel)]
  if (Number.isNaN(value)) return { value: 'no value', rest: 'here: a hole of the map' }
  const unit = scale.unit === '' ? '' : ` ${scale.unit}`
  const end = `of ${shownValue(scale.high, scale)}${unit}`
  const size = map.view === 'signed' ? Math.abs(value) : value

  return { value: shownValue(value, scale), rest: `${end}, ${rankWords(shareAtLeast(ranks, size))}` }
}

function greyText(image: DisplayImage, voxel: Voxel): string {
  const index = indexOf(image, voxel)
  if (image.samples === 3) return [...image.voxels.subarray(3 * index, 3 * index + 3)].join(' ')

  const value = image.voxels[index] * readIn(image).factor

  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}

/** Patient axes where they are known; on projections the distance from the edges; pixels where there is no scale. */
function positionText(image: DisplayImage, voxel: Voxel): string {
  const { column, row, slice } = voxel
  if (image.spacingMm === null) return `pixel ${column}, ${row} from top left`
  if (image.oriented && !image.projection) {
    return (
      [0, 1, 2].map((axis) => axisText(axis, worldOf(image.affine, [column, row, slice])[axis])).join(' · ') + ' mm'
    )
  }

  const fromLeft = (column + 0.5) * image.spacingMm[0]
  const fromTop = (row + 0.5) * image.spacingMm[1]

  return `${fromLeft.toFixed(1)} mm from left, ${fromTop.toFixed(1)} mm from top`
}

/** LPS millimetres of a voxel centre; the affine is row major. */
export function worldOf(
  affine: readonly number[],
  [i, j, k]: readonly [number, number, number]
): [number, number, number] {
  const row = (at: number): number => affine[at] * i + affine[at + 1] * j + affine[at + 2] * k + affine[at + 3]

  return [row(0), row(4), row(8)]
}

const AXIS_LETTERS = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F']
] as const

const axisText = (axis: number, millimetres: number): string =>
  `${AXIS_LETTERS[axis][millimetres >= 0 ? 0 : 1]} ${Math.abs(millimetres).toFixed(1)}`
