import type { ReadResult } from '@engine/formats/read-report'
import { encodeNifti } from '@engine/formats/nifti/write'
import { encodeNpy } from '@engine/formats/raster/npy'
import { Fault } from '@engine/fault'
import { writeWhole } from './output-folder'

/** Writes what `read` was asked to: the values as NPY in the order of the hash, the first volume as NIfTI. */
export async function writeReadImages(result: ReadResult, outputs: { npy?: string; nifti?: string }): Promise<void> {
  const { report, content, values } = result
  if (content === null || values === null || report.shape === null) return
  if (outputs.npy !== undefined) {
    // Where x runs fastest (NIfTI, NRRD), C order is the shape backwards.
    const shape = content.firstAxisFastest === true ? [...report.shape].reverse() : report.shape
    writeWhole(outputs.npy, encodeNpy(values, shape))
  }
  if (outputs.nifti === undefined) return
  const [first] = content.volumes
  if (first === undefined) throw new Fault('no-pixels', 'The file holds no volume that could be written as NIfTI.')
  writeWhole(outputs.nifti, await encodeNifti(first.volume, { description: 'Saliscope read' }))
}
