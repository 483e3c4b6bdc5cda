import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { loadMap } from '@engine/formats/dicom/parametric-map/load-map'
import { decodeFile } from '@engine/formats/decode-task'
import { fileAddress } from '@engine/formats/file-address'
import type { ImageContent } from '@engine/formats/format'
import { identityAffine, invertAffine, multiplyAffines } from '@engine/geometry/affine'
import { sameGrid } from '@engine/geometry/grid'
import { resampleVolume } from '@engine/geometry/resample'
import type { Affine, Volume } from '@engine/geometry/volume'

/**
 * The volume of a map made elsewhere: NPY, NPZ, NIfTI, NRRD, TIFF, PNG, DICOM (Parametric Map), or an address in one.
 * ClinicaDL writes its channel as the first axis and no place (definitions A5-7): the axis is dropped, the voxels are those of the image.
 * Throws what reading throws; a tensor of PyTorch is refused with the way to save it.
 */
export async function readMapVolume(given: string): Promise<Volume> {
  const { path } = await fileAddress(given)
  const name = basename(path)
  try {
    const read = await loadMap(given)
    const map = read.size[0] === 1 ? (withoutChannelAxis(await decodeFile(path, {})) ?? read) : read
    return isUnplaced(map) ? { ...map, oriented: false } : map
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'unsupported-file' || !/PyTorch|pickle/.test(thrown.message))
      throw thrown
    throw new Fault('unsupported-file', `The map “${name}” is a tensor of PyTorch, which is not read.`, {
      subject: name,
      hint: 'Save it where it was made: numpy.save("map.npy", torch.load(FILE).numpy()); nothing is unpickled here.'
    })
  }
}

/** `[1, X, Y, Z]` of a NIfTI file as `[X, Y, Z]`; null for every other shape. */
function withoutChannelAxis({ shape, firstAxisFastest, values, volumes }: ImageContent): Volume | null {
  if (firstAxisFastest !== true || shape.length !== 4 || shape[0] !== 1 || shape[1] === 1) return null
  const [, columns, rows, slices] = shape
  return {
    ...volumes[0].volume,
    voxels: values,
    size: [columns, rows, slices],
    affine: identityAffine,
    oriented: false
  }
}

/** True for the identity in NIfTI's world, which says that nobody placed the image. */
function isUnplaced({ affine }: Volume): boolean {
  const rasIdentity = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  return affine.every((value, index) => Math.abs(value - rasIdentity[index]) < 1e-9)
}

/**
 * A map on the grid of its image when both are placed and the map lies there, its axes perhaps in another order or direction; null when
 * one of them is not placed. Throws Fault `geometry-mismatch` for a map of the image's size that lies elsewhere.
 */
export function mapOnImage(map: Volume, image: Volume, name: string): Volume | null {
  const otherSpace = map.frameOfReference !== null && map.frameOfReference !== image.frameOfReference
  if (!map.oriented || !image.oriented || otherSpace) return null
  if (sameGrid(map, image)) return map
  if (sameLattice(map, image)) return resampleVolume(map, image, { interpolation: 'nearest' })
  if (map.size.join() !== image.size.join()) return null
  throw new Fault('geometry-mismatch', `The map “${name}” lies elsewhere than its image.`, {
    subject: name,
    hint: 'Resample it to the image, or choose the image it was made for.'
  })
}

/** True when the voxels of both are the same points, in another order. */
function sameLattice(map: Volume, image: Volume): boolean {
  const turn = multiplyAffines(invertAffine(image.affine), map.affine)
  const whole = (value: number): boolean => Math.abs(value - Math.round(value)) < 0.01
  if (!turn.every(whole)) return false
  const axes = [0, 1, 2].map((from) => [0, 1, 2].filter((to) => Math.round(turn[to * 4 + from]) !== 0))
  if (axes.some((list) => list.length !== 1) || new Set(axes.flat()).size !== 3) return false
  return axes.every(
    ([to], from) => map.size[from] === image.size[to] && startsAtEdge(turn, to, { from, length: map.size[from] })
  )
}

/** One end of the axis is the first voxel of the image's. */
function startsAtEdge(turn: Affine, to: number, { from, length }: { from: number; length: number }): boolean {
  const start = Math.round(turn[to * 4 + 3])
  const step = Math.round(turn[to * 4 + from])
  return (step === 1 && start === 0) || (step === -1 && start === length - 1)
}
