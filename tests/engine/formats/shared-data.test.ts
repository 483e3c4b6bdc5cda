import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readReport, type ReadReport } from '@engine/formats/read-report'
import { loadVolume } from '@engine/formats/load'
import type { Voxels } from '@engine/geometry/volume'
import { dataFile, dataFolder, expectedFiles, type ExpectedFile } from './shared-data'

/** A grey level of a decoder's rounding, in rescaled units; the sets that have no second decoder allow one. */
function allowance(expected: ExpectedFile): number {
  const slope = Math.abs(expected.rescale?.slope ?? 1)
  return Math.max(expected.decodersMaxDiff ?? 1, 0) * slope * 1.001
}

/** What is wrong with a report; [] when it says what the file holds. */
function complaints(report: ReadReport, expected: ExpectedFile): string[] {
  const wrong: string[] = []
  if (report.kind !== expected.kind) wrong.push(`kind ${report.kind}`)
  if (report.fault !== undefined) return [...wrong, `refused: ${report.fault.message}`]
  if (JSON.stringify(report.shape) !== JSON.stringify(expected.shape)) wrong.push(`shape ${String(report.shape)}`)
  if (expected.sha256_f32le !== undefined && report.sha256F32le !== expected.sha256_f32le) {
    if (expected.lossy !== true) wrong.push('other pixels')
    for (const key of ['min', 'max', 'mean'] as const) {
      const difference = Math.abs(report[key]! - expected[key]!)
      if (difference > allowance(expected)) wrong.push(`${key} is ${difference} off`)
    }
  }
  const affine = report.affine?.flat() ?? []
  const apart = (expected.affine?.flat() ?? []).map((value, index) => Math.abs(value - affine[index]))
  if (!apart.every((difference) => difference <= 1e-4)) wrong.push(`affine is ${Math.max(...apart)} off`)
  return wrong
}

/** Readable here although the reference had no decoder; their pixels are compared with the uncompressed twin below. */
const readableHere = ['liver_deflate.dcm', 'liver_rle.dcm']

describe.skipIf(dataFolder === null)('real files with known pixels', () => {
  const all = expectedFiles()
  const hashed = all.filter(([, expected]) => expected.sha256_f32le !== undefined)
  const failing = all.filter(([, expected]) => expected.error !== undefined)

  it('are all there', () => {
    expect(all).toHaveLength(499)
    expect(hashed).toHaveLength(381)
    expect(failing).toHaveLength(69)
  })

  it('read to the same values, shape and affine as in the reference: 381 of 381', async () => {
    const wrong: string[] = []
    let exact = 0
    for (const [name, expected] of hashed) {
      const { report } = await readReport(dataFile(name))
      wrong.push(...complaints(report, expected).map((complaint) => `${name}: ${complaint}`))
      if (report.sha256F32le === expected.sha256_f32le) exact++
    }
    expect(wrong).toEqual([])
    expect(exact).toBeGreaterThanOrEqual(hashed.length - 7)
  })

  it('end in a clear message where the reference has none: 69 of 69', async () => {
    const unclear: string[] = []
    for (const [name] of failing) {
      const { report } = await readReport(dataFile(name))
      const base = name.slice(name.lastIndexOf('/') + 1)
      if (readableHere.includes(base)) continue
      const { fault } = report
      if (fault === undefined || fault.code === 'internal' || !fault.message.includes(base)) unclear.push(name)
    }
    expect(unclear).toEqual([])
  })

  it('colour and complex NIfTI are refused by name', async () => {
    const images = 'niivue+niivue/packages/niivue/tests/images'
    const complex = await readReport(dataFile(`${images}/complex_image.nii.gz`))
    const colour = await readReport(dataFile(`${images}/ct_perfusion.nii.gz`))
    expect(complex.report.fault?.message).toContain('complex numbers')
    expect(colour.report.fault?.message).toContain('RGB colours')
  })

  it('pictures have the samples of the reference', async () => {
    const rasters = all.filter(([, expected]) => expected.kind === 'raster')
    expect(rasters).toHaveLength(4)
    for (const [name, expected] of rasters) {
      const { report, content } = await readReport(dataFile(name))
      expect(report.shape).toEqual(expected.shape)
      expect([report.min, report.max]).toEqual([expected.min, expected.max])
      expect(report.mean).toBeCloseTo(expected.mean!, 6)
      if (expected.lossy !== true) expect(sampleHash(content!.values)).toBe(expected.sha256_samples)
    }
  })

  it('models and other files are named for what they are', async () => {
    const others = all.filter(([, expected]) => expected.kind === 'onnx' || expected.kind === 'other')
    expect(others).toHaveLength(43)
    let images = 0
    for (const [name, expected] of others) {
      const { report } = await readReport(dataFile(name))
      expect([name, report.kind]).toEqual([name, expected.kind])
      // The reference has no NRRD reader; nrrd.test.ts compares with those of others.
      if (name.endsWith('.nrrd')) {
        expect([name, report.fault]).toEqual([name, undefined])
        images++
        continue
      }
      expect(report.fault?.code).toBe(expected.kind === 'onnx' ? 'no-pixels' : 'unsupported-file')
    }
    expect(images).toBe(7)
  })
})

describe.skipIf(dataFolder === null)('one object in several codings', () => {
  const ct = 'cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/CTImage.dcm'

  it('one CT in every lossless transfer syntax', async () => {
    const twins = expectedFiles().filter(([name, expected]) => name.startsWith(`${ct}_`) && expected.lossy !== true)
    expect(twins).toHaveLength(6)
    const { report } = await readReport(dataFile(ct))
    for (const [name] of twins) expect((await readReport(dataFile(name))).report.sha256F32le).toBe(report.sha256F32le)
  })

  it('bit masks coded by run length and by deflated frames equal the uncompressed ones', async () => {
    const folder = 'pydicom+pydicom-data/data_store/data'
    const plain = (await readReport(dataFile(`${folder}/liver.dcm`))).report.sha256F32le
    for (const name of readableHere) {
      expect((await readReport(dataFile(`${folder}/${name}`))).report.sha256F32le).toBe(plain)
    }
  })

  it('big and little endian NIfTI', async () => {
    const folder = 'rii-mango+NIFTI-Reader-JS/data'
    const big = await readReport(dataFile(`${folder}/big.nii.gz`))
    const little = await readReport(dataFile(`${folder}/little.nii.gz`))
    expect(big.report.sha256F32le).toBe(little.report.sha256F32le)
  })

  it('one head in every axis order shows the same value at the same place', async () => {
    const folder = 'niivue+niivue/packages/niivue/tests/images/nifti_space/'
    const names = expectedFiles().flatMap(([name]) => (name.startsWith(folder) ? [name] : []))
    expect(names).toHaveLength(12)
    const pictures = await Promise.all(names.map(async (name) => canonical(await loadVolume(dataFile(name)))))
    for (const picture of pictures) expect(picture).toEqual(pictures[0])
  })
})

function sampleHash(values: Voxels): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return createHash('sha256').update(bytes).digest('hex')
}

/** Size, and hash of the values ordered by world axes, x to the left, y to posterior, z to superior. */
function canonical({ volume }: Awaited<ReturnType<typeof loadVolume>>): { size: number[]; hash: string } {
  const { affine, size, voxels } = volume
  const strides = [1, size[0], size[0] * size[1]]
  const axes = [0, 1, 2].map((world) => {
    const steps = [0, 1, 2].map((axis) => affine[world * 4 + axis])
    const axis = steps.findIndex((step) => Math.abs(step) === Math.max(...steps.map(Math.abs)))
    return { length: size[axis], stride: steps[axis] > 0 ? strides[axis] : -strides[axis] }
  })
  const start = axes.reduce((sum, { length, stride }) => sum + (stride < 0 ? -stride * (length - 1) : 0), 0)
  const ordered = new Float32Array(voxels.length)
  let to = 0
  for (let z = 0; z < axes[2].length; z++) {
    for (let y = 0; y < axes[1].length; y++) {
      let from = start + z * axes[2].stride + y * axes[1].stride
      for (let x = 0; x < axes[0].length; x++, from += axes[0].stride) ordered[to++] = voxels[from]
    }
  }
  return { size: axes.map(({ length }) => length), hash: sampleHash(ordered) }
}
