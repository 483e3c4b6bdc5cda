import { basename, dirname } from 'node:path'
import { Fault } from '@engine/fault'
import { encodeNifti } from '@engine/formats/nifti/write'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { Volume } from '@engine/geometry/volume'
import type { Consensus } from '@engine/readers/consensus'
import { prepareFolder, writeWhole } from './output-folder'

/**
 * Writes a consensus as NPY (`[slices,] rows, columns`; uint8 for a majority, float32 for a probability) or NIfTI with the image's geometry.
 * Throws Fault `usage` for another ending, and `not-writable`.
 */
export async function writeConsensus(path: string, { voxels }: Consensus, image: Volume): Promise<void> {
  const name = basename(path)
  const [columns, rows, slices] = image.size
  prepareFolder(dirname(path))
  if (/\.npy$/i.test(name)) {
    writeWhole(path, encodeNpy(voxels, slices > 1 ? [slices, rows, columns] : [rows, columns]))
    return
  }
  if (!/\.nii(\.gz)?$/i.test(name))
    throw new Fault('usage', `A consensus cannot be written as "${name}".`, {
      subject: name,
      hint: 'Use .npy, .nii or .nii.gz.'
    })
  const probability = voxels instanceof Float32Array
  const volume: Volume = {
    ...image,
    voxels,
    samples: 1,
    unit: probability ? 'probability' : 'label',
    photometric: 'MONOCHROME2',
    bitsStored: probability ? 32 : 8,
    window: null
  }
  writeWhole(path, await encodeNifti(volume, { compress: /\.gz$/i.test(name) }))
}
