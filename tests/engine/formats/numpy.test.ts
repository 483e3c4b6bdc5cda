import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { openSeries } from '@engine/formats/open-series'
import { encodeNpy } from '@engine/formats/raster/npy'
import { readReport, type ReadReport } from '@engine/formats/read-report'
import { quietJob } from '@engine/job'

const fixtures = fileURLToPath(new URL('../../fixtures/formats/numpy/', import.meta.url))
const expected = JSON.parse(readFileSync(`${fixtures}expected.json`, 'utf8')) as Record<
  string,
  { shape: readonly number[]; sha256_f32le: string }
>
const folder = mkdtempSync(join(tmpdir(), 'saliscope-numpy-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function written(name: string, bytes: Uint8Array): Promise<ReadReport> {
  writeFileSync(join(folder, name), bytes)
  return (await readReport(join(folder, name))).report
}

describe('arrays written by NumPy', () => {
  it.each(Object.entries(expected))('%s', async (name, facts) => {
    const { report } = await readReport(fixtures + name)
    expect(report.fault).toBeUndefined()
    expect([report.kind, report.shape]).toEqual(['raster', facts.shape])
    expect(report.sha256F32le).toBe(facts.sha256_f32le)
  })

  it.each([
    'refused-object.npy',
    'refused-fields.npy',
    'refused-complex.npy',
    'refused-text.npy',
    'refused-object.npz'
  ])('%s: nothing is unpickled, nothing guessed', async (name) => {
    const { fault } = (await readReport(fixtures + name)).report
    expect([fault?.code, fault?.message]).toEqual(['unsupported-file', expect.stringContaining(name)])
    expect(fault?.hint).toContain('astype')
  })

  it('of an archive with several arrays one must be named; the names are told', async () => {
    const path = `${fixtures}several.npz`
    const { fault } = (await readReport(path)).report
    expect([fault?.code, fault?.message]).toEqual(['bad-parameter', expect.stringContaining('3 arrays')])
    expect(fault?.hint).toContain('several.npz#map, several.npz#mask, several.npz#scale')
    expect((await readReport(`${path}#gone`)).report.fault?.message).toContain('no array “gone”')
    expect((await loadVolume(`${path}#map.npy`)).volume.size).toEqual([5, 4, 3])
    const opened = await openSeries([`${path}#mask`], quietJob(new AbortController().signal))
    expect(opened.series.map(({ size }) => size)).toEqual([[5, 4, 3]])
    // A single number is an array, but no image.
    await expect(loadVolume(`${path}#scale`)).rejects.toMatchObject({ code: 'bad-image' })
  })
})

describe('damaged and hostile archives', () => {
  const array = encodeNpy(
    Float32Array.from({ length: 600 }, (_, index) => index),
    [20, 30]
  )

  it('a wrong checksum, a cut, a lying size and a bomb are refused in little memory', async () => {
    const good = zipSync({ 'a.npy': array }, { level: 6 })
    expect((await written('good.npz', good)).fault).toBeUndefined()
    const wrong = Uint8Array.from(good)
    const directory = Buffer.from(wrong).indexOf('PK\x01\x02')
    wrong[directory + 16] ^= 1
    expect((await written('crc.npz', wrong)).fault?.message).toContain('checksum')
    expect((await written('cut.npz', good.subarray(0, good.length - 30))).fault?.code).toBe('bad-file')
    const lying = Uint8Array.from(good)
    new DataView(lying.buffer).setUint32(directory + 24, 0x7fffffff, true)
    const before = process.memoryUsage().rss
    expect((await written('lying.npz', lying)).fault?.message).toContain('claims more than it can hold')
    const bomb = zipSync({ 'a.npy': new Uint8Array(128 * 2 ** 20) }, { level: 6 })
    new DataView(bomb.buffer).setUint32(Buffer.from(bomb).indexOf('PK\x01\x02') + 24, 4096, true)
    expect((await written('bomb.npz', bomb)).fault?.message).toContain('unpacks to more than it claims')
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20)
  })

  it('names in an archive are text: a path is no path', async () => {
    const report = await written('paths.npz', zipSync({ '../../etc/x.npy': array }))
    expect([report.fault, report.shape]).toEqual([undefined, [20, 30]])
  })
})
