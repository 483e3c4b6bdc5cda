import { execFileSync } from 'node:child_process'
import type * as FileSystem from 'node:fs/promises'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openSeries } from '@engine/formats/open-series'
import { readSourceFile } from '@engine/formats/source-file'
import { indexStudies, type StudyIndex } from '@engine/formats/study/study-index'
import { quietJob } from '@engine/job'
import { sliceFile } from './make-dicom'

// Tests run as root, whom permissions do not stop: for folders called "closed" the system's word is put in its mouth.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>()
  const readdir = async (path: string, options: never): Promise<unknown> => {
    if (path.endsWith('closed')) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
    return real.readdir(path, options)
  }
  return { ...real, readdir }
})

let root: string
let made = 0

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'saliscope-folders-'))
})
afterAll(() => rmSync(root, { recursive: true }))

function folder(): string {
  const path = join(root, String(made++))
  mkdirSync(path)
  return path
}

function slice(home: string, name: string, instance: number): string {
  const path = join(home, name)
  writeFileSync(path, sliceFile({ instance, position: [0, 0, instance * 2] }))
  return path
}

function problemsOf({ problems }: StudyIndex): string[][] {
  return problems.map(({ file, fault }) => [file, fault.code, fault.message])
}

describe('folders as people have them', () => {
  it('one series spread over folders is one series', async () => {
    const home = folder()
    mkdirSync(join(home, 'a', 'deep'), { recursive: true })
    mkdirSync(join(home, 'b'))
    slice(join(home, 'a'), '1', 1)
    slice(join(home, 'a', 'deep'), '2', 2)
    slice(join(home, 'b'), '3', 3)
    const { series } = await openSeries([home], quietJob())
    expect(series.map(({ size, paths }) => [size, paths.length])).toEqual([[[4, 3, 3], 3]])
  })

  it('series are listed by their number, not by the names of their files', async () => {
    const home = folder()
    for (const [index, number] of [12, 3, 101].entries()) {
      const more = [['00200011', 'IS', String(number)] as const]
      writeFileSync(join(home, `${index}`), sliceFile({ instance: index + 1, series: `1.2.3.${number}`, more }))
    }
    const { series } = await openSeries([home], quietJob())
    expect(series.map(({ name }) => name)).toEqual(['1', '0', '2'])
  })

  it('two people with one series UID are two series', async () => {
    const home = folder()
    for (const [index, id] of ['A', 'B', 'A', 'B'].entries()) {
      const spec = { instance: index + 1, position: [0, 0, index] as const, more: [['00100020', 'LO', id] as const] }
      writeFileSync(join(home, `${index}`), sliceFile(spec))
    }
    const { series } = await openSeries([home], quietJob())
    expect(series.map(({ tags, size }) => [tags?.id, size[2]])).toEqual([
      ['A', 2],
      ['B', 2]
    ])
  })

  it('a folder and a file inside it count the file once', async () => {
    const home = folder()
    const file = slice(home, '1.dcm', 1)
    const { series } = await openSeries([home, file, home], quietJob())
    expect(series.map(({ size }) => size[2])).toEqual([1])
  })

  it('links inside the folder are followed, circles end, links that leave or lead nowhere are told', async () => {
    const outside = slice(folder(), 'secret.dcm', 9)
    const home = folder()
    mkdirSync(join(home, 'store'))
    slice(join(home, 'store'), 'object', 1)
    symlinkSync(join(home, 'store', 'object'), join(home, 'scan.dcm'))
    symlinkSync(home, join(home, 'store', 'round'))
    symlinkSync('self', join(home, 'self'))
    symlinkSync(outside, join(home, 'leaving.dcm'))
    symlinkSync(join(home, 'gone'), join(home, 'broken'))
    const index = await indexStudies([home], quietJob())
    expect(index.studies.flatMap((study) => study.series.map(({ files }) => files.length))).toEqual([1])
    expect(problemsOf(index)).toEqual([
      ['broken', 'not-found', 'The link “broken” leads nowhere.'],
      ['leaving.dcm', 'bad-file', 'The link “leaving.dcm” leads out of the opened folder; it was not followed.'],
      ['self', 'not-found', 'The link “self” leads nowhere.']
    ])
  })

  it('a folder that may not be read is told, the others are read', async () => {
    const home = folder()
    slice(home, '1.dcm', 1)
    mkdirSync(join(home, 'closed'))
    const index = await indexStudies([home], quietJob())
    expect(index.studies).toHaveLength(1)
    expect(problemsOf(index)).toEqual([
      ['closed', 'bad-file', '“closed” could not be read: the system does not allow it or the disk fails.']
    ])
  })

  it('empty image files are told, other empty files are passed over', async () => {
    const home = folder()
    for (const name of ['cut.dcm', 'IM0001', 'scan.nii.gz', 'notes.txt']) writeFileSync(join(home, name), '')
    const index = await indexStudies([home], quietJob())
    expect(problemsOf(index).map(([file, code, words]) => [file, code, words.includes('is empty')])).toEqual([
      ['IM0001', 'bad-file', true],
      ['cut.dcm', 'bad-file', true],
      ['scan.nii.gz', 'bad-file', true]
    ])
    expect(index.passedOver).toBe(1)
  })

  it('an empty folder has nothing, without complaint', async () => {
    expect(await openSeries([folder()], quietJob())).toEqual({ series: [], problems: [] })
  })

  it.skipIf(process.platform === 'win32')('a named pipe is refused instead of waited for', async () => {
    const pipe = join(folder(), 'pipe.dcm')
    execFileSync('mkfifo', [pipe])
    const index = await indexStudies([pipe], quietJob())
    expect(problemsOf(index)).toEqual([['pipe.dcm', 'bad-file', '“pipe.dcm” is not a file.']])
  })

  it('a file of more than 4 GiB is refused by its size alone', async () => {
    const large = slice(folder(), 'large.dcm', 1)
    truncateSync(large, 5 * 2 ** 30)
    await expect(readSourceFile(large)).rejects.toMatchObject({ code: 'too-large', subject: 'large.dcm' })
  })
})

describe('files that change while they are read', () => {
  it('another image under the same name is not taken for the one that was listed', async () => {
    const home = folder()
    slice(home, '1.dcm', 1)
    const second = slice(home, '2.dcm', 2)
    const { series } = await openSeries([home], quietJob())
    writeFileSync(second, sliceFile({ instance: 7, position: [0, 0, 4] }))
    await expect(series[0].load()).rejects.toMatchObject({
      code: 'bad-file',
      message: '“2.dcm” has changed since it was opened.'
    })
  })

  it('one that vanished is named', async () => {
    const home = folder()
    const only = slice(home, '1.dcm', 1)
    const { series } = await openSeries([home], quietJob())
    rmSync(only)
    await expect(series[0].load()).rejects.toMatchObject({ code: 'not-found', subject: '1.dcm' })
  })

  it('one that is still being written is listed, and read with what is missing told', async () => {
    const home = folder()
    writeFileSync(join(home, '1.dcm'), sliceFile({ instance: 1 }).slice(0, -6))
    const { series } = await openSeries([home], quietJob())
    const told: string[] = []
    await series[0].load({ tell: (warnings) => told.push(...warnings) })
    expect(told.join()).toContain('cut off: the last 6 of 24 pixel bytes are missing')
  })

  it('a cancelled load ends', async () => {
    const home = folder()
    slice(home, '1.dcm', 1)
    const { series } = await openSeries([home], quietJob())
    const stop = new AbortController()
    stop.abort()
    await expect(series[0].load({ job: quietJob(stop.signal) })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
