import { join } from 'node:path'
import type { GroupMap } from '@engine/criteria/experiment-run'
import { encodeNifti } from '@engine/formats/nifti/write'
import type { Volume } from '@engine/geometry/volume'
import { writeWhole } from './output-folder'
import { safeName } from './safe-name'

/** Writes volumes of an assessment into its folder, as NIfTI with the affine of their space; answers the file's name in that folder. */
export function keepMapsIn(folder: string): (path: readonly string[], map: GroupMap) => Promise<string> {
  return async (path, map) => {
    const relative = join(...path.map(safeName)) + '.nii.gz'
    const { values, size, affine, spacingMm } = map
    const volume: Volume = {
      voxels: values,
      size,
      samples: 1,
      affine,
      spacingMm,
      oriented: true,
      frameOfReference: null,
      unit: 'value',
      photometric: 'MONOCHROME2',
      bitsStored: 32,
      window: null
    }
    writeWhole(join(folder, relative), await encodeNifti(volume))
    return relative.replaceAll('\\', '/')
  }
}
