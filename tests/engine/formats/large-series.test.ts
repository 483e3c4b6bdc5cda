import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeHere, decodeWith } from '@engine/formats/decode-task'
import type { DecodePool } from '@engine/formats/decode-pool'
import { openSeries } from '@engine/formats/open-series'
import { factsHere, readFactsWith } from '@engine/formats/study/facts-task'
import { quietJob, type Job } from '@engine/job'
import { dciodvfy } from '../../support/checkers'
import { storedPixel, writeSeries } from '../../../tools/series/series-files'
import { dataFile, dataFolder } from './shared-data'
import { testPool } from './test-pool'

const realSlice = 'cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/CTImage.dcm'

/** Series with the header of a real CT slice, read in the worker pool as the app reads them; the figures are in benchmarks/. */
describe.skipIf(dataFolder === null)('large series in the worker pool', () => {
  let folder: string
  let pool: DecodePool

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'saliscope-large-'))
    pool = await testPool('large')
    decodeWith(pool.decode)
    readFactsWith(pool.facts)
  })
  afterAll(async () => {
    decodeWith(decodeHere)
    readFactsWith(factsHere)
    await pool.close()
    rmSync(folder, { recursive: true })
  })

  it('hundreds of instances are listed by their headers, with progress', async () => {
    const home = join(folder, 'listed')
    writeSeries({ like: dataFile(realSlice), folder: home, series: 4, slicesPerSeries: 100, empty: true })
    const told: number[] = []
    const job: Job = { ...quietJob(), progress: (_stage, done) => told.push(done) }
    const { series, problems } = await openSeries([home], job)
    expect(problems).toEqual([])
    expect(series.map(({ size, warnings }) => [size, warnings])).toEqual(new Array(4).fill([[512, 512, 100], []]))
    expect(told.length).toBeGreaterThan(10)
    expect(told.at(-1)).toBe(400)
  })

  it('a stop during the listing ends it before the end', async () => {
    const home = join(folder, 'listed')
    const stop = new AbortController()
    let done = 0
    const job: Job = {
      signal: stop.signal,
      progress: (_stage, now) => {
        done = now
        stop.abort()
      }
    }
    await expect(openSeries([home], job)).rejects.toMatchObject({ code: 'cancelled' })
    expect(done).toBeLessThan(400)
  })

  it('every voxel of a volume lies where its slice lies, in Hounsfield units', async () => {
    const home = join(folder, 'volume')
    const [paths] = writeSeries({ like: dataFile(realSlice), folder: home, series: 1, slicesPerSeries: 20 })
    expect(dciodvfy(paths[3])).toEqual([])
    const [ct] = (await openSeries([home], quietJob())).series
    const first = await ct.loadSlice(11)
    const { voxels, size, unit, spacingMm } = await ct.load()
    expect([size, unit]).toEqual([[512, 512, 20], 'HU'])
    expect(spacingMm?.[2]).toBeCloseTo(6.5, 9)
    let wrong = 0
    for (let k = 0; k < 20; k++) {
      for (let j = 0; j < 512; j += 3) {
        for (let i = 0; i < 512; i += 5) if (voxels[(k * 512 + j) * 512 + i] !== storedPixel(i, j, k) - 1024) wrong++
      }
    }
    expect(wrong).toBe(0)
    expect(first.voxels[7 * 512 + 5]).toBe(storedPixel(5, 7, 11) - 1024)
    expect(first.affine[11]).toBeCloseTo(4.7 + 11 * 6.5, 3)
  })
})
