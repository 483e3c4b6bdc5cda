import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodePool, type DecodePool } from '@engine/formats/decode-pool'
import { decodeWith } from '@engine/formats/decode-task'
import { openSeries } from '@engine/formats/open-series'
import { readFactsWith } from '@engine/formats/study/facts-task'
import { quietJob } from '@engine/job'
import { sharedFolder } from '../tests/support/golden'
import { storedPixel, writeSeries, type SeriesOrder } from '../tools/series/series-files'
import { peakMemoryMiB, residentMiB, restartPeakMemory } from './peak-memory'
import type { Task } from './task'

const realSlice = 'data/cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/CTImage.dcm'
const slices = 300

/** Writes made files into a folder that is removed again, and starts the decoding threads that the app has. */
function prepared(order: Pick<SeriesOrder, 'series' | 'slicesPerSeries' | 'empty'>): {
  folder: string
  files: number
  close: () => void
} {
  const shared = sharedFolder()
  if (shared === null) throw new Error('The header of a real slice is needed: set SALISCOPE_SHARED.')
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-bench-'))
  const written = writeSeries({ ...order, like: join(shared, realSlice), folder })
  const pool = workers()
  return {
    folder,
    files: written.flat().length,
    close: () => {
      void pool.close()
      rmSync(folder, { recursive: true })
    }
  }
}

/** The worker entry lies beside the built bench, as it lies beside the built app. */
function workers(): DecodePool {
  const pool = decodePool({ workerFile: fileURLToPath(new URL('pool-worker.js', import.meta.url)) })
  decodeWith(pool.decode)
  readFactsWith(pool.facts)
  return pool
}

/** The list of a folder of 10,000 instances of half a mebibyte, in 40 series: headers only. */
export const indexTask: Task = {
  id: 'index-10000',
  title: 'list a folder of 10,000 DICOM instances',
  async prepare() {
    const { folder, files, close } = prepared({ series: 40, slicesPerSeries: 250, empty: true })
    let perSecond = 0
    const run = async (): Promise<void> => {
      const begun = performance.now()
      const { series, problems } = await openSeries([folder], quietJob())
      if (series.length !== 40 || problems.length > 0) throw new Error('The folder was not read as it was written.')
      perSecond = (files * 1000) / (performance.now() - begun)
    }
    // The first run warms the file cache and the thread.
    await run()
    return { run, figures: () => ({ 'files/s': perSecond }), close }
  }
}

/** A CT of 512 × 512 × 300 from its folder to the picture of its middle slice; then the whole volume. */
export const openVolumeTask: Task = {
  id: 'open-ct-300',
  title: 'open a CT of 512 × 512 × 300: time to its first slice',
  async prepare() {
    const { folder, close } = prepared({ series: 1, slicesPerSeries: slices })
    const figures: Record<string, number> = {}
    const run = async (): Promise<number> => {
      globalThis.gc?.()
      const before = residentMiB()
      restartPeakMemory()
      const begun = performance.now()
      const [ct] = (await openSeries([folder], quietJob())).series
      const middle = slices >> 1
      const first = await ct.loadSlice(middle)
      const firstSeconds = (performance.now() - begun) / 1000
      const volume = await ct.load()
      figures['whole volume s'] = (performance.now() - begun) / 1000
      const peak = peakMemoryMiB(process.pid)
      if (peak !== null && before !== null) {
        const growth = (peak - before) / (volume.voxels.byteLength / 2 ** 20)
        // Later runs find room that earlier ones left: the first says most, and is never forgotten.
        figures['memory ÷ volume'] = Math.max(growth, figures['memory ÷ volume'] ?? 0)
      }
      const expected = storedPixel(5, 7, middle) - 1024
      const there = volume.voxels[(middle * 512 + 7) * 512 + 5]
      if (there !== expected || first.voxels[7 * 512 + 5] !== expected)
        throw new Error('The voxels are not those written.')
      return firstSeconds
    }
    await run()
    return { run, figures: () => figures, close }
  }
}
