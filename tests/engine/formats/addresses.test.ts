import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeFile } from '@engine/formats/decode-task'
import { fileAddress } from '@engine/formats/file-address'
import { loadVolume } from '@engine/formats/load'
import { openSeries } from '@engine/formats/open-series'
import { readReport } from '@engine/formats/read-report'
import { encodeNpy } from '@engine/formats/raster/npy'
import { quietJob } from '@engine/job'

const fixtures = fileURLToPath(new URL('../../fixtures/formats/', import.meta.url))
const five = `${fixtures}5D_small.nii`
const folder = mkdtempSync(join(tmpdir(), 'saliscope-addresses-'))
afterAll(() => rmSync(folder, { recursive: true }))
const job = quietJob(new AbortController().signal)

describe('addresses of volumes', () => {
  it('are taken apart only where no file has that name itself', async () => {
    expect(await fileAddress(five)).toEqual({ path: five, volume: null, part: null })
    expect(await fileAddress(`${five}[2]`)).toEqual({ path: five, volume: 2, part: null })
    expect(await fileAddress(`${five}#left#lung`)).toEqual({ path: five, volume: null, part: 'left#lung' })
    expect(await fileAddress('/gone/x.npz#a')).toEqual({ path: '/gone/x.npz#a', volume: null, part: null })
    const odd = join(folder, 'odd[1].npy')
    writeFileSync(odd, encodeNpy(Uint8Array.of(1, 2, 3, 4), [2, 2]))
    expect((await fileAddress(odd)).path).toBe(odd)
    expect((await loadVolume(odd)).volume.size).toEqual([2, 2, 1])
  })

  it('name one volume of a 5-D file, counted from 0, as every volume is listed', async () => {
    const { series } = await openSeries([five], job)
    expect(series.length).toBeGreaterThan(1)
    expect(new Set(series.map(({ label }) => label)).size).toBe(series.length)
    for (const [index, entry] of series.entries()) {
      const addressed = await loadVolume(`${five}[${index}]`)
      expect(addressed.volume.voxels).toEqual((await entry.load()).voxels)
      expect(addressed.warnings.join()).not.toContain('the first is used')
      const opened = await openSeries([`${five}[${index}]`], job)
      expect(opened.series).toHaveLength(1)
      expect((await opened.series[0].load()).voxels).toEqual(addressed.volume.voxels)
    }
    const whole = await loadVolume(five)
    expect(whole.warnings.join()).toContain('5D_small.nii[0]')
  })

  it.each(['5D_small.nii', 'nifti/nifti2-4d.nii.gz', 'nifti/five-axes.nii', 'test.mgz', 'nrrd/itk-vector.nrrd'])(
    'one volume of %s alone is what it is among the others',
    async (name) => {
      const whole = await decodeFile(fixtures + name, {})
      expect(whole.volumes.length).toBeGreaterThan(1)
      for (const [index, { volume, label }] of whole.volumes.entries()) {
        const alone = await loadVolume(`${fixtures}${name}[${index}]`)
        expect([alone.label, alone.volume.size, alone.volume.affine]).toEqual([label, volume.size, volume.affine])
        expect(alone.volume.voxels).toEqual(volume.voxels)
        expect(alone.warnings.join()).not.toContain('more bytes')
      }
    }
  )

  it('a volume of a NIfTI file is decoded alone', async () => {
    const { volumes, onlyVolume, values } = await decodeFile(`${fixtures}nifti/nifti2-4d.nii.gz`, { volume: 1 })
    expect([volumes.length, onlyVolume, values.length]).toEqual([1, { index: 1, count: 2 }, 60])
    expect((await decodeFile(`${fixtures}nifti/nifti2-4d.nii.gz`, { volume: 7 })).volumes).toHaveLength(2)
  })

  it('a number past the end is refused with those that exist', async () => {
    await expect(loadVolume(`${five}[99]`)).rejects.toMatchObject({
      code: 'bad-parameter',
      message: expect.stringContaining('there is no number 99') as string
    })
    const { series, problems } = await openSeries([`${five}[99]`], job)
    expect([series.length, problems[0].fault.code]).toEqual([0, 'bad-parameter'])
  })

  it('read tells the shape and values of the volume alone', async () => {
    const whole = (await readReport(five)).report
    const { report } = await readReport(`${five}[1]`)
    expect(report.fault).toBeUndefined()
    expect(report.shape).toEqual(whole.shape!.slice(0, 3))
    expect(report.sha256F32le).not.toBe(whole.sha256F32le)
    const list = `${fixtures}nrrd/ras-list-first.nrrd`
    expect((await readReport(`${list}[2]`)).report.shape).toEqual([5, 4, 2])
  })

  it('every layer of an NRRD list is offered by its label', async () => {
    const { series } = await openSeries([`${fixtures}nrrd/ras-list-first.nrrd`], job)
    expect(series.map(({ label }) => label)).toEqual(['layer 1 of 3', 'layer 2 of 3', 'layer 3 of 3'])
    expect(series.map(({ size }) => size.join())).toEqual(['5,4,2', '5,4,2', '5,4,2'])
  })
})
