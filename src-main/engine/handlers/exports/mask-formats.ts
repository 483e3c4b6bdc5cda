import { encodeNpy } from '@engine/formats/raster/npy'
import { encodeNifti } from '@engine/formats/nifti/write'
import { encodePng } from '@engine/formats/raster/png'
import type { Volume } from '@engine/geometry/volume'
import { safeName } from '../safe-name'
import { dicomSegmentation, structureSet } from './dicom-masks'
import type { MaskFormat, MaskItem } from './mask-format'

/** One array a reader: 1 inside, `[slices,] rows, columns`. */
const npy: MaskFormat = {
  id: 'npy',
  title: 'NPY',
  hint: 'One array for each reader, 1 inside, for Python. Nothing of the patient.',
  group: 'research',
  refuses: () => null,
  async content({ image: { size }, masks }) {
    const shape = size[2] > 1 ? [size[2], size[1], size[0]] : [size[1], size[0]]
    const names = fileNames(masks)
    return new Map(masks.map(({ labelmap }, index) => [`${names[index]}.npy`, encodeNpy(labelmap.voxels, shape)]))
  }
}

/** One labelmap a reader, with the place of the image in the patient. */
const nifti: MaskFormat = {
  id: 'nifti',
  title: 'NIfTI labelmap',
  hint: 'One file for each reader, 1 inside, at the place of the image. No name, no date.',
  group: 'research',
  refuses: () => null,
  content: (item) => everyReader(item, '.nii.gz', (voxels) => encodeNifti(maskVolume(item, voxels)))
}

/** One picture a reader and slice that holds anything, white inside, for programs of pictures. */
const png: MaskFormat = {
  id: 'png',
  title: 'PNG',
  hint: 'White inside, black outside, the size of the image; of volumes one picture for each slice that is marked.',
  group: 'research',
  refuses: () => null,
  async content({ image: { size }, masks }) {
    const [width, height, slices] = size
    const files = new Map<string, Uint8Array>()
    const names = fileNames(masks)
    for (const [index, { labelmap }] of masks.entries()) {
      for (let slice = 0; slice < slices; slice++) {
        const plane = labelmap.voxels.subarray(slice * width * height, (slice + 1) * width * height)
        if (slices > 1 && !plane.some((value) => value !== 0)) continue
        const grey = Uint8Array.from(plane, (value) => (value === 0 ? 0 : 255))
        const number = slices > 1 ? `-${String(slice + 1).padStart(4, '0')}` : ''
        files.set(`${names[index]}${number}.png`, encodePng({ width, height, channels: 1, samples: grey }))
      }
    }
    return files
  }
}

/** A file name for each reader; readers whose names look alike as files get a number. */
function fileNames(masks: MaskItem['masks']): string[] {
  const taken = new Map<string, number>()
  return masks.map(({ reader }) => {
    const name = safeName(reader)
    const uses = (taken.get(name) ?? 0) + 1
    taken.set(name, uses)
    return uses === 1 ? name : `${name}-${uses}`
  })
}

async function everyReader(
  { masks }: MaskItem,
  ending: string,
  encode: (voxels: Uint8Array) => Promise<Uint8Array>
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const names = fileNames(masks)
  for (const [index, { labelmap }] of masks.entries())
    files.set(`${names[index]}${ending}`, await encode(labelmap.voxels))
  return files
}

const maskVolume = ({ image }: MaskItem, voxels: Uint8Array): Volume => ({
  ...image,
  voxels: Uint8Array.from(voxels, (value) => (value === 0 ? 0 : 1)),
  samples: 1,
  unit: 'label',
  photometric: 'MONOCHROME2',
  bitsStored: 8,
  window: null
})

/** Every format outlines can be written as, in the order of the export sheet. */
export const maskFormats: readonly MaskFormat[] = [dicomSegmentation, structureSet, nifti, png, npy]
