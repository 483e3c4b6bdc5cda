import { basename } from 'node:path'
import { reduceMap, scoringReduction } from '@engine/attribution/reduction'
import type { ReducedMap } from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import { loadVolume } from '@engine/formats/load'
import type { Volume } from '@engine/geometry/volume'
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
  const { volume } = await loadVolume(path)
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
