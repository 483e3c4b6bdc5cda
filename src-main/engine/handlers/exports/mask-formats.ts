import { encodeNpy } from '@engine/formats/raster/npy'
import { safeName } from '../safe-name'
import type { MaskFormat } from './mask-format'

/** One array a reader: 1 inside, `[slices,] rows, columns`. */
const npy: MaskFormat = {
  id: 'npy',
  title: 'NPY',
  hint: 'One array for each reader, 1 inside, for Python. Nothing of the patient.',
  group: 'research',
  refuses: () => null,
  async content({ image: { size }, masks }) {
    const shape = size[2] > 1 ? [size[2], size[1], size[0]] : [size[1], size[0]]
    return new Map(masks.map(({ reader, labelmap }) => [`${safeName(reader)}.npy`, encodeNpy(labelmap.voxels, shape)]))
  }
}

/** Every format outlines can be written as, in the order of the export sheet. */
export const maskFormats: readonly MaskFormat[] = [npy]
