import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadVolume } from '@engine/formats/load'
import { encodeNifti } from '@engine/formats/nifti/write'
import { encodeNpy } from '@engine/formats/raster/npy'
import type { CheckRow } from '@shared/installation'
import { checkRow, largestDifference, type Measured } from './check-row'

/** Files of the sample read, written in another format, and read again: nothing may change. */
export async function checkKnownFiles(sampleFolder: string): Promise<CheckRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-check-'))
  const source = join(sampleFolder, 'cases', 'p0001.dcm')
  const compare = async (name: string, bytes: () => Promise<Uint8Array>): Promise<Measured> => {
    const { volume } = await loadVolume(source)
    const path = join(folder, name)
    writeFileSync(path, await bytes())
    const again = (await loadVolume(path)).volume
    const off = largestDifference(again.voxels, volume.voxels)
    return { found: `${again.size.join(' × ')}, differs by ${off}`, off, allowed: 0 }
  }
  const file = (what: string, expected: string, measure: () => Promise<Measured>): Promise<CheckRow> =>
    checkRow({ group: 'files', what, expected, measure })
  try {
    return [
      await file('DICOM image of the sample', '128 × 128 × 1', async () => {
        const { volume } = await loadVolume(source)
        const found = volume.size.join(' × ')
        return { found, off: found === '128 × 128 × 1' ? 0 : 1, allowed: 0 }
      }),
      await file('DICOM → NIfTI → read again', 'the same voxels', () =>
        compare('image.nii', async () => encodeNifti((await loadVolume(source)).volume))
      ),
      await file('DICOM → NPY → read again', 'the same voxels', () =>
        compare('image.npy', async () => {
          const { volume } = await loadVolume(source)
          return encodeNpy(Float32Array.from(volume.voxels), [volume.size[1], volume.size[0]])
        })
      )
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
