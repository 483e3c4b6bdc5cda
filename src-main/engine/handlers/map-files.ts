import { basename } from 'node:path'
import { reduceMap, scoringReduction } from '@engine/attribution/reduction'
import type { ReducedMap } from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import { loadMap } from '@engine/formats/dicom/parametric-map/load-map'
import { invertAffine, multiplyAffines } from '@engine/geometry/affine'
import { sameGrid } from '@engine/geometry/grid'
import { resampleVolume } from '@engine/geometry/resample'
import { type Volume, voxelCount } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { type GridKind, gridShape } from './scoring-grid'

interface MapFileGrid {
  readonly prepared: PreparedImage
  readonly image: Volume
  readonly grid: GridKind
}

/**
 * A map made elsewhere (NPY, NIfTI, PNG), on the scoring grid and reduced like ours. It must have the size of the
 * model's input or of the source image; anything else is refused, nothing is stretched in silence.
 */
export async function mapFromFile(path: string, { prepared, image, grid }: MapFileGrid): Promise<ReducedMap> {
  const name = basename(path)
  const volume = inImageOrder(await loadMap(path), image)
  const wanted = gridShape(prepared, image, grid)
  const [columns, rows, slices] = volume.size
  const given = slices > 1 ? [slices, rows, columns] : [rows, columns]
  const values =
    given.join() === wanted.join()
      ? Float32Array.from(volume.voxels)
      : fromImageGrid(volume, { prepared, image, grid }, name)
  const reduced = reduceMap({ data: values, shape: [1, 1, ...wanted] }, scoringReduction)
  return { values: reduced.map.data, shape: wanted, flat: reduced.flat, peak: reduced.peak, activations: 'normal' }
}

/**
 * A map whose voxels are the image's, stored in another order (slices the other way round, axes swapped), in the image's order.
 * Every other map stays as it is: nothing is interpolated.
 */
function inImageOrder(map: Volume, image: Volume): Volume {
  const sameSpace = map.frameOfReference === null || map.frameOfReference === image.frameOfReference
  if (!map.oriented || !image.oriented || !sameSpace || sameGrid(map, image)) return map
  const sameCount = voxelCount(map) === voxelCount(image)
  const toMap = multiplyAffines(invertAffine(map.affine), image.affine).slice(0, 12)
  const whole = toMap.every((value) => Math.abs(value - Math.round(value)) < 0.02)
  return sameCount && whole ? resampleVolume(map, image, { interpolation: 'nearest' }) : map
}

function fromImageGrid(volume: Volume, { prepared, image, grid }: MapFileGrid, name: string): Float32Array {
  if (grid === 'image' || volume.size.join() !== image.size.join()) {
    const wanted = gridShape(prepared, image, grid).join(' × ')
    throw new Fault(
      'geometry-mismatch',
      `The map "${name}" has ${volume.size.join(' × ')} pixels; ${wanted} or the image's ${image.size.join(' × ')} are needed.`,
      {
        subject: name,
        hint: 'Give the map at the size of the model input or of the image.'
      }
    )
  }
  return prepared.onGrid(volume.voxels)
}
