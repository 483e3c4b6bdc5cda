import { basename } from 'node:path'
import { reduceMap, scoringReduction } from '@engine/attribution/reduction'
import type { ReducedMap } from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import { mapOnImage, readMapVolume } from '@engine/formats/maps/map-volume'
import type { Volume } from '@engine/geometry/volume'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { type GridKind, gridShape } from './scoring-grid'

interface MapFileGrid {
  readonly prepared: PreparedImage
  readonly image: Volume
  readonly grid: GridKind
}

/**
 * A map made elsewhere (NPY, NPZ, NIfTI, NRRD, TIFF, PNG, DICOM Parametric Map), on the scoring grid and reduced like ours. It must have
 * the size of the model's input or of the source image; anything else is refused, nothing is stretched in silence. Channels of numbers
 * (`[row, column, channel]`, `[channel, row, column]`) are reduced; a picture in colour is no map. A placed map is laid on its image.
 */
export async function mapFromFile(path: string, { prepared, image, grid }: MapFileGrid): Promise<ReducedMap> {
  const name = basename(path)
  const given = await readMapVolume(path)
  const channels = channelsOf(given, image, name)
  const onImage = mapOnImage(channels[0], image, name)
  const wanted = gridShape(prepared, image, grid)
  const data = channels.map((channel) => {
    const placed = onImage === null ? channel : mapOnImage(channel, image, name)!
    const [columns, rows, slices] = placed.size
    const shape = slices > 1 ? [slices, rows, columns] : [rows, columns]
    // A map that lies on its image goes the way of the image; one that does not is taken as the model's input where it fits.
    const fits = shape.join() === wanted.join() && (onImage === null || grid === 'image')
    return fits ? Float32Array.from(placed.voxels) : fromImageGrid(placed, { prepared, image, grid }, name)
  })
  const reduced = reduceMap({ data: joined(data), shape: [1, data.length, ...wanted] }, scoringReduction)
  return { values: reduced.map.data, shape: wanted, flat: reduced.flat, peak: reduced.peak, activations: 'normal' }
}

/** The channels of a map of a picture as maps of their own; a grey map is its only one. Throws Fault `bad-image` for colour. */
function channelsOf(map: Volume, image: Volume, name: string): Volume[] {
  if (map.samples === 3) {
    if (!(map.voxels instanceof Float32Array)) {
      throw new Fault('bad-image', `“${name}” is a picture in colour; a map has one value a pixel.`, {
        subject: name,
        hint: 'Give the values, as NPY, NIfTI or grey PNG; colours cannot be turned back into values.'
      })
    }
    return [0, 1, 2].map((channel) => ({
      ...map,
      samples: 1 as const,
      voxels: Float32Array.from({ length: map.voxels.length / 3 }, (_, pixel) => map.voxels[pixel * 3 + channel])
    }))
  }
  const [columns, rows, slices] = map.size
  if (image.size[2] > 1 || slices !== 3 || map.spacingMm !== null) return [map]
  return [0, 1, 2].map((channel) => ({
    ...map,
    size: [columns, rows, 1] as const,
    voxels: map.voxels.slice(channel * columns * rows, (channel + 1) * columns * rows)
  }))
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0)
  return whole
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
