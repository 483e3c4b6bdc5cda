import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { readReport } from '@engine/formats/read-report'
import { examineInput } from '@engine/preprocessing/input-doctor'
import { volumeCard } from '../preprocessing/volume-case'

const fixtures = fileURLToPath(new URL('../../fixtures/formats/nifti/', import.meta.url))

interface Expected {
  readonly shape: readonly number[]
  readonly affine: readonly (readonly number[])[]
  readonly sha256_f32le: string
  readonly min: number
  readonly max: number
  readonly nonFinite: number
}
const expected = JSON.parse(readFileSync(`${fixtures}expected.json`, 'utf8')) as Record<string, Expected>

const folder = mkdtempSync(join(tmpdir(), 'saliscope-nifti-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('NIfTI and MGH files written by nibabel', () => {
  it.each(Object.entries(expected))('%s', async (name, facts) => {
    const { report } = await readReport(fixtures + name)
    expect(report.fault).toBeUndefined()
    expect([report.kind, report.shape]).toEqual(['nifti', facts.shape])
    // Equal as numbers; NaN has many bit patterns, so files with holes are compared below.
    if (facts.nonFinite === 0) expect(report.sha256F32le).toBe(facts.sha256_f32le)
    expect([report.min, report.max]).toEqual([facts.min, facts.max])
    // nibabel multiplies MGH directions and voxel sizes in float32, we in float64.
    const digits = name.endsWith('.mgz') ? 6 : 9
    facts.affine.flat().forEach((value, index) => expect(report.affine!.flat()[index]).toBeCloseTo(value, digits))
    const said = report.warnings.join(' ')
    expect(said.includes('are not numbers')).toBe(facts.nonFinite > 0)
    expect(said.includes('up to 2.0 mm apart; the sform is used')).toBe(name === 'forms-differ.nii')
    expect(said.includes('which way the patient lies')).toBe(name === 'no-forms.nii')
  })

  it('the header of a pair opens its image and the image its header', async () => {
    const [header, image] = [await readReport(`${fixtures}pair.hdr`), await readReport(`${fixtures}pair.img`)]
    expect(header.report.sha256F32le).toBe(image.report.sha256F32le)
    for (const half of ['pair.hdr', 'pair.img']) {
      const alone = join(folder, half)
      copyFileSync(fixtures + half, alone)
      const { report } = await readReport(alone)
      expect(report.fault?.message).toContain(half)
      expect(report.fault?.hint).toContain(half === 'pair.hdr' ? '.img' : '.hdr')
      rmSync(alone)
    }
  })

  it('holes stay holes, are counted, and the input doctor says so before a model sees them', async () => {
    const { volume } = await loadVolume(`${fixtures}holes.nii.gz`)
    expect(Array.from(volume.voxels).filter((value) => !Number.isFinite(value))).toEqual([NaN, -Infinity, Infinity])
    const finding = examineInput(volume, volumeCard({ size: [2, 3, 4] })).find(({ check }) => check === 'value range')
    expect(finding).toMatchObject({ state: 'differs', expected: 'a number in every voxel' })
    expect(finding?.sentence).toContain('3 voxels of this image are not numbers')
  })
})

const plain = (await readReport(`${fixtures}qform-only.nii`)).report

describe('odd NIfTI headers', () => {
  const original = readFileSync(`${fixtures}qform-only.nii`)

  async function changed(change: (view: DataView) => void): Promise<Awaited<ReturnType<typeof readReport>>['report']> {
    const bytes = Uint8Array.from(original)
    change(new DataView(bytes.buffer))
    const path = join(folder, 'odd.nii')
    writeFileSync(path, bytes)
    return (await readReport(path)).report
  }

  it('a scale of zero or NaN means unscaled, an infinite one is said', async () => {
    for (const slope of [0, NaN]) {
      const report = await changed((view) => view.setFloat32(112, slope, true))
      expect([report.sha256F32le, report.warnings]).toEqual([plain.sha256F32le, plain.warnings])
    }
    for (const offset of [112, 116]) {
      const report = await changed((view) => view.setFloat32(offset, Infinity, true))
      expect(report.sha256F32le).toBe(plain.sha256F32le)
      expect(report.warnings.join()).toContain('infinite scale')
    }
  })

  it('negative voxel sizes count as positive, a handedness of zero as one', async () => {
    const report = await changed((view) => {
      for (const axis of [1, 2, 3]) view.setFloat32(76 + axis * 4, -view.getFloat32(76 + axis * 4, true), true)
    })
    expect(report.affine).toEqual(plain.affine)
    expect((await changed((view) => view.setFloat32(76, 0, true))).affine).toEqual(plain.affine)
  })

  it('voxels that begin inside the header are read from behind it, and it is said', async () => {
    const report = await changed((view) => view.setFloat32(108, 0, true))
    expect(report.sha256F32le).toBe(plain.sha256F32le)
    expect(report.warnings.join()).toContain('right behind it')
  })

  it.each<[string, (view: DataView) => void, string]>([
    ['a NaN in the position', (view) => view.setFloat32(268, NaN, true), 'does not span space'],
    [
      'an infinite row of the sform',
      (view) => (view.setInt16(254, 1, true), view.setFloat32(280, Infinity, true)),
      'does not span space'
    ],
    ['nine axes', (view) => view.setInt16(40, 9, true), '9 dimensions'],
    ['RGB', (view) => view.setInt16(70, 128, true), 'RGB colours'],
    ['RGBA', (view) => view.setInt16(70, 2304, true), 'RGBA colours'],
    ['complex', (view) => view.setInt16(70, 32, true), 'complex numbers']
  ])('refuses %s', async (_what, change, words) => {
    const { fault } = await changed(change)
    expect(fault?.message).toContain('odd.nii')
    expect(fault?.message).toContain(words)
  })

  it('a wrong checksum is noticed in MGZ too', async () => {
    const bytes = Uint8Array.from(readFileSync(`${fixtures}oblique.mgz`))
    bytes[bytes.length - 6] ^= 0x40
    writeFileSync(join(folder, 'crc.mgz'), bytes)
    expect((await readReport(join(folder, 'crc.mgz'))).report.fault?.message).toContain('damaged')
  })
})
