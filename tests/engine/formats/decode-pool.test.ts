import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { decodePool } from '@engine/formats/decode-pool'
import { decodeHere } from '@engine/formats/decode-task'
import { Fault } from '@engine/fault'
import { factsHere, factsThrough } from '@engine/formats/study/facts-task'
import { openSeries } from '@engine/formats/open-series'
import { quietJob } from '@engine/job'
import { loadVolumes } from '@engine/formats/load-series'
import { randomStream } from '@engine/tensor/random'
import { sliceFile } from './make-dicom'
import { mutant } from './mutate'
import { dataFile, dataFolder } from './shared-data'
import { testPool } from './test-pool'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-pool-'))
const pool = await testPool('limits', 2)

afterAll(async () => {
  await pool.close()
  rmSync(folder, { recursive: true })
})

function file(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

describe('decoding in worker threads', () => {
  it('gives what decoding here gives', async () => {
    const path = file('slice.dcm', sliceFile())
    expect(await pool.decode(path, {})).toEqual(await decodeHere(path, {}))
  })

  it('gives faults their class, code and hint back', async () => {
    const path = file('nonsense.dcm', Buffer.from('nonsense'))
    const there = await pool.decode(path, {}).catch((thrown: unknown) => thrown)
    const here = await decodeHere(path, {}).catch((thrown: unknown) => thrown)
    expect(there).toEqual(here)
    expect(there).toHaveProperty('code', 'unsupported-file')
  })

  it('serves many files at once and joins them', async () => {
    const paths = [0, 1, 2, 3, 4, 5].map((z) => file(`s${z}.dcm`, sliceFile({ instance: z + 1, position: [0, 0, z] })))
    const { volumes, problems } = await loadVolumes(paths, { decode: pool.decode })
    expect(problems).toEqual([])
    expect(volumes[0].volume.size).toEqual([4, 3, 6])
  })

  it.skipIf(dataFolder === null)('stops a damaged file that a codec would chew on for long, and goes on', async () => {
    // CharLS needs some 20 s of processor time to find out that this stream is damaged.
    const base = dataFile('pydicom+pydicom/src/pydicom/data/test_files/MR_small_jpeg_ls_lossless.dcm')
    const slow = file('slow.dcm', mutant(new Uint8Array(readFileSync(base)), randomStream(20260301, 305)))
    const started = performance.now()
    await expect(pool.decode(slow, {})).rejects.toMatchObject({
      code: 'bad-file',
      message: 'Decoding “slow.dcm” took more than 2 s and was stopped.'
    })
    expect(performance.now() - started).toBeLessThan(10_000)
    expect((await pool.decode(base, {})).values).toHaveLength(4096)
  })

  it('fills a volume while holding few slices beside it', async () => {
    const size = { rows: 256, columns: 256 }
    const home = join(folder, 'large')
    mkdirSync(home)
    for (let z = 0; z < 6; z++)
      writeFileSync(join(home, `${z}`), sliceFile({ ...size, instance: z + 1, position: [0, 0, z] }))
    const passed: ArrayLike<number>[] = []
    const [series] = (await openSeries([home], quietJob())).series
    const volume = await series.load({
      decode: async (path, options) => {
        const content = await pool.decode(path, options)
        passed.push(content.values)
        return content
      }
    })
    expect(volume.size).toEqual([256, 256, 6])
    expect([volume.voxels[0], volume.voxels[5 * 65536]]).toEqual([100, 600])
    // What was copied into the volume is given back at once.
    expect(passed.map(({ length }) => length)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('hands over pixels without the header that lay before them', async () => {
    const path = file('named.dcm', sliceFile({ rows: 300, columns: 300 }))
    const { values } = await pool.decode(path, {})
    expect(Buffer.from(values.buffer).toString('latin1')).not.toContain('Phantom')
  })

  it('reads headers as they are read here, with the refusals', async () => {
    const paths = [
      file('head.dcm', sliceFile()),
      file('empty.dcm', Buffer.alloc(0)),
      file('text.txt', Buffer.from('hi'))
    ]
    const there = await pool.facts(paths)
    expect(there).toEqual(await factsHere(paths))
    expect(there.map(({ facts, fault }) => facts?.kind ?? fault?.code)).toEqual(['dicom', 'bad-file', 'other'])
  })

  it('a header that takes too long is refused alone, not with the files around it', async () => {
    const read = factsThrough(async ({ headersOf }) => {
      if (headersOf.includes('slow')) throw new Fault('bad-file', 'Reading the header of “slow” took more than 2 s.')
      return headersOf.map(() => ({ facts: { kind: 'other' }, fault: null }))
    })
    const answers = await read(['a', 'slow', 'b'])
    expect(answers.map(({ facts, fault }) => facts?.kind ?? fault?.message)).toEqual([
      'other',
      'Reading the header of “slow” took more than 2 s.',
      'other'
    ])
  })

  it('a pool whose threads cannot start says so instead of waiting', async () => {
    const broken = decodePool({ workerFile: join(folder, 'missing.js'), threads: 1 })
    await expect(broken.decode(file('a.dcm', sliceFile()), {})).rejects.toMatchObject({
      code: 'internal',
      message: 'The decoding threads cannot be started.'
    })
    await broken.close()
  })
})
