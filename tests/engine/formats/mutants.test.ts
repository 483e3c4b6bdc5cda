import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { asFault } from '@engine/fault'
import type { ImageContent } from '@engine/formats/format'
import { randomStream } from '@engine/tensor/random'
import { dataFile, dataFolder } from './shared-data'
import { mutant } from './mutate'
import { testPool } from './test-pool'

const testFiles = 'pydicom+pydicom/src/pydicom/data/test_files'
const moreFiles = 'pydicom+pydicom-data/data_store/data'

/** Small files of every coding; big ones would only make the run longer. */
const dicomBases = [
  `${testFiles}/MR_small.dcm`,
  `${testFiles}/MR_small_implicit.dcm`,
  `${testFiles}/MR_small_bigendian.dcm`,
  `${testFiles}/MR_small_RLE.dcm`,
  `${testFiles}/MR_small_jp2klossless.dcm`,
  `${testFiles}/MR_small_jpeg_ls_lossless.dcm`,
  `${testFiles}/JPEGLSNearLossless_08.dcm`,
  `${testFiles}/rtdose.dcm`,
  `${testFiles}/rtdose_rle.dcm`,
  `${testFiles}/SC_rgb_rle_2frame.dcm`,
  `${testFiles}/SC_rgb_jpeg.dcm`,
  `${testFiles}/SC_rgb_dcmtk_+eb+cy+s2.dcm`,
  `${testFiles}/SC_ybr_full_422_uncompressed.dcm`,
  `${testFiles}/SC_rgb_jls_lossy_sample.dcm`,
  `${testFiles}/SC_rgb_gdcm_KY.dcm`,
  `${testFiles}/image_dfl.dcm`,
  `${testFiles}/rtstruct.dcm`,
  `${testFiles}/dicomdirtests/TINY_ALPHA/DICOMDIR`,
  `${moreFiles}/emri_small_RLE.dcm`,
  'ImagingDataCommons+highdicom/data/test_files/seg_image_ct_binary.dcm'
]

const otherBases = [
  'niivue+niivue/packages/niivue/demos/images/low_res.nii.gz',
  'niivue+niivue/packages/niivue/demos/images/minimal.nii.gz',
  'nipy+nibabel/nibabel/tests/data/standard.nii.gz',
  'nipy+nibabel/nibabel/tests/data/functional.nii',
  'nipy+nibabel/nibabel/tests/data/example_nifti2.nii.gz',
  'nipy+nibabel/nibabel/tests/data/test.mgz',
  'rii-mango+NIFTI-Reader-JS/data/5D_small.nii'
]

/** Mutants of each family; a nightly run sets the variable to 100000. */
const total = Number(process.env.SALISCOPE_MUTANTS ?? 400)
const longest = Math.max(120_000, total * 200)
/** The pool gives a file up after this; the rest is starting a new thread on a busy machine. */
const secondsPerFile = 5
const slowestMs = 10_000

const folder = mkdtempSync(join(tmpdir(), 'saliscope-mutants-'))
const pool = await testPool('mutants', secondsPerFile)

afterAll(async () => {
  await pool.close()
  rmSync(folder, { recursive: true })
})

interface Tally {
  read: number
  refused: number
  slowestMs: number
  readonly complaints: string[]
}

/** Reads every mutant as the app does, in the worker pool; complains about crashes, hangs, refusals without name or cause, and content that contradicts its shape. */
async function readMutants(bases: readonly string[], count: number, seed: number): Promise<Tally> {
  const tally: Tally = { read: 0, refused: 0, slowestMs: 0, complaints: [] }
  const originals = bases.map((name) => ({ name: basename(name), bytes: new Uint8Array(readFileSync(dataFile(name))) }))
  let next = 0
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next++
      const { name, bytes } = originals[index % originals.length]
      const path = join(folder, `${index}-${name}`)
      writeFileSync(path, mutant(bytes, randomStream(seed, index)))
      const started = performance.now()
      const complaint = await pool.decode(path, {}).then(
        (content) => ((tally.read += 1), contradiction(content)),
        (thrown: unknown) => ((tally.refused += 1), poorRefusal(thrown, name))
      )
      const took = performance.now() - started
      tally.slowestMs = Math.max(tally.slowestMs, took)
      if (complaint !== null) tally.complaints.push(`mutant ${index} of ${name}: ${complaint}`)
      if (took > slowestMs) tally.complaints.push(`mutant ${index} of ${name} took ${Math.round(took)} ms`)
      rmSync(path)
    }
  }
  await Promise.all([work(), work()])
  return tally
}

function contradiction(content: ImageContent): string | null {
  const expected = content.shape.reduce((product, length) => product * length, 1)
  if (content.values.length !== expected)
    return `${content.values.length} values for the shape ${content.shape.join(' × ')}`
  for (const { volume } of content.volumes) {
    const [columns, rows, slices] = volume.size
    if (volume.voxels.length !== columns * rows * slices * volume.samples) return 'a volume of the wrong length'
    if (!volume.affine.every(Number.isFinite)) return 'an affine that is not finite'
  }
  return null
}

function poorRefusal(thrown: unknown, name: string): string | null {
  const fault = asFault(thrown)
  if (fault.code === 'internal') return `no Fault but “${fault.message}”`
  if (!fault.message.includes(name)) return `the message does not name the file: “${fault.message}”`
  return fault.message.length < name.length + 12 ? `no cause: “${fault.message}”` : null
}

describe.skipIf(dataFolder === null)('damaged files', () => {
  it(
    'DICOM: no crash, no hang, every refusal names file and cause',
    async () => {
      const tally = await readMutants(dicomBases, total, 20260301)
      expect(tally.complaints).toEqual([])
      expect(tally.read + tally.refused).toBe(total)
      expect(tally.refused).toBeGreaterThan(total / 10)
      expect(tally.read).toBeGreaterThan(total / 10)
    },
    longest
  )

  it(
    'NIfTI and MGH: the same',
    async () => {
      const tally = await readMutants(otherBases, Math.ceil(total / 2), 20260302)
      expect(tally.complaints).toEqual([])
      expect(tally.refused).toBeGreaterThan(total / 20)
    },
    longest
  )
})
