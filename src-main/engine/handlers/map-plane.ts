import type { ExperimentRun, MapPlane, Unavailable } from '@engine/criteria/experiment-run'
import { axisColumn } from '@engine/geometry/affine'
import { directionLetters, volumeEdgeLetters } from '@engine/geometry/orientation'
import type { Affine, Volume } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { Kept } from '@shared/kept'
import type { GridScene } from './reader-outlines'

type Vector = readonly [number, number, number]

/** Voxels of an image of which the plane is measured; a larger one would cost more than the letters are worth. */
const mostVoxels = 64 * 2 ** 20
/** Answers that are remembered. */
const mostAnswers = 100_000

/**
 * How the plane of a scoring grid lies in the patient: on the grid of a model it is measured, by sending the image's own coordinates through the
 * preparation, so that flips, crops and resampling are in it. Null where the image is too large for that, or the plane is no larger than a pixel.
 */
export function planeOf({ prepared, image, grid }: GridScene): MapPlane | null {
  const { affine, spacingMm } = image
  if (grid === 'image')
    return { letters: volumeEdgeLetters(image), pixelMm: spacingMm === null ? null : [spacingMm[0], spacingMm[1]] }
  if (image.size[0] * image.size[1] * image.size[2] > mostVoxels) return null
  const steps = stepsOf(prepared, image)
  if (steps === null) return null
  const [right, bottom] = steps.map((step) => inPatient(affine, step))
  return {
    letters: image.oriented ? lettersAlong(right, bottom) : asStored(image, steps),
    pixelMm: spacingMm === null ? null : [length(right), length(bottom)]
  }
}

/** How many voxels along each axis of the image one column and one row of the grid go, at the grid's centre. */
function stepsOf(prepared: PreparedImage, image: Volume): [Vector, Vector] | null {
  const [rows, columns] = prepared.shape.slice(-2)
  const slices = prepared.shape.length > 2 ? prepared.shape[0] : 1
  if (rows < 2 || columns < 2) return null
  const [row, column] = [(rows >> 1) - 1, (columns >> 1) - 1]
  const at = ((slices >> 1) * rows + row) * columns + column
  const found = [0, 1, 2].map((axis) => {
    const onGrid = prepared.onGrid(coordinates(image.size, axis))
    return [onGrid[at + 1] - onGrid[at], onGrid[at + columns] - onGrid[at]]
  })
  const step = (way: number): Vector => [found[0][way], found[1][way], found[2][way]]
  return [step(0), step(1)]
}

/** The index of every voxel along an axis. */
function coordinates([columns, rows, slices]: Volume['size'], axis: number): Float32Array {
  const values = new Float32Array(columns * rows * slices)
  const stride = [1, columns, columns * rows][axis]
  const count = [columns, rows, slices][axis]
  for (let index = 0; index < values.length; index++) values[index] = Math.floor(index / stride) % count
  return values
}

function inPatient(affine: Affine, step: Vector): Vector {
  const axes = [0, 1, 2].map((axis) => axisColumn(affine, axis))
  const along = (world: number): number => axes.reduce((sum, axis, index) => sum + axis[world] * step[index], 0)
  return [along(0), along(1), along(2)]
}

const length = (vector: Vector): number => Math.hypot(...vector)
const turned = (vector: Vector): Vector => [-vector[0], -vector[1], -vector[2]]

const lettersAlong = (right: Vector, bottom: Vector): MapPlane['letters'] => ({
  left: directionLetters(turned(right)),
  right: directionLetters(right),
  top: directionLetters(turned(bottom)),
  bottom: directionLetters(bottom)
})

/** Letters that a radiograph's file names hold where the grid runs along its columns and rows; of a turned one nothing is known. */
function asStored(image: Volume, [right, bottom]: readonly [Vector, Vector]): MapPlane['letters'] {
  const along = right[0] > 0 && bottom[1] > 0 && Math.abs(right[1]) < right[0] && Math.abs(bottom[0]) < bottom[1]
  return along ? volumeEdgeLetters(image) : { left: '', right: '', top: '', bottom: '' }
}

/** Asks for the plane of a case on the grid of a model. */
type AskPlane = NonNullable<ExperimentRun['mapPlane']>

/** Planes of a run, each measured once for all images that lie alike, and asked once of each image. */
export function mapPlanes(sceneOf: (modelId: string, caseId: string) => Promise<GridScene>): AskPlane {
  const asked = new Kept<MapPlane | Unavailable>(mostAnswers, () => 1)
  const known = new Map<string, MapPlane | null>()
  return (modelId, caseId) =>
    asked.get(JSON.stringify([modelId, caseId]), async () => {
      const scene = await sceneOf(modelId, caseId)
      const key = `${modelId} ${planeKey(scene)}`
      if (!known.has(key)) known.set(key, planeOf(scene))
      return known.get(key) ?? { unavailable: 'the plane of the grid cannot be measured on this image' }
    })
}

/** What of an image and a grid decides how the plane lies. */
const planeKey = ({ prepared, image, grid }: GridScene): string =>
  JSON.stringify([
    ...[grid, prepared.shape, image.size, image.spacingMm, image.oriented, image.patientOrientation],
    [0, 1, 2].map((axis) => axisColumn(image.affine, axis))
  ])
