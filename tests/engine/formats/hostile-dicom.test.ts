import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvLines } from '@shared/csv-lines'
import { factsHere } from '@engine/formats/study/facts-task'
import { indexStudies } from '@engine/formats/study/study-index'
import { quietJob } from '@engine/job'
import { dataSetBytes, explicitLittleEndian, part10, sliceElements, sliceFile, type ElementSpec } from './make-dicom'
import { content, refusal } from './outcome'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-hostile-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const implicitLittleEndian = '1.2.840.10008.1.2'

describe('elements that lie', () => {
  it('pixels that claim four gigabytes are read as far as the image needs', async () => {
    const bytes = sliceFile()
    const at = bytes.length - 24 - 4
    new DataView(bytes.buffer).setUint32(at, 0xfffffff0, true)
    expect((await content('claim.dcm', bytes)).values).toHaveLength(12)
  })

  it('overlays of absurd size are not drawn and cost nothing', async () => {
    const overlay = (group: string): ElementSpec[] => [
      [`${group}0010`, 'US', [65535]],
      [`${group}0011`, 'US', [65535]],
      [`${group}0050`, 'SS', [-32768, -32768]],
      [`${group}0100`, 'US', [1]],
      [`${group}3000`, 'OW', new Uint8Array(4)]
    ]
    const groups = Array.from({ length: 16 }, (_, index) => overlay((0x6000 + 2 * index).toString(16)))
    expect((await content('overlay.dcm', sliceFile({ more: groups.flat() }))).values).toHaveLength(12)
  })

  it('a lookup table that claims more entries than it has ends where it ends', async () => {
    const table: ElementSpec[] = [
      ['00283002', 'US', [0, 100, 16]],
      ['00283006', 'US', [7, 8]]
    ]
    const { values } = await content('table.dcm', sliceFile({ more: [['00283000', 'SQ', [table]]] }))
    expect([...values.slice(0, 3)]).toEqual([7, 8, 8])
  })

  it.each(['-5', '1e9', '0x10', '99999999999999999999', 'many'])('%s frames', async (count) => {
    const fault = await refusal('count.dcm', sliceFile({ more: [['00280008', 'IS', count]] }))
    expect(['bad-image', 'too-large']).toContain(fault.code)
  })

  it.each(['nan\\0\\0', '1e999\\0\\0', '\\\\', 'a\\b\\c', '0'])('a position of %s is no place', async (position) => {
    const { volumes } = await content('place.dcm', sliceFile({ more: [['00200032', 'DS', position]] }))
    expect(volumes[0].volume.oriented).toBe(false)
    expect(volumes[0].volume.affine.every(Number.isFinite)).toBe(true)
  })

  it('functional groups for fewer frames than there are leave the rest unplaced', async () => {
    const groups: ElementSpec[][] = [[['00209113', 'SQ', [[['00200032', 'DS', '0\\0\\9']]]]]]
    const more: ElementSpec[] = [
      ['00280008', 'IS', '3'],
      ['00200032', 'DS', ''],
      ['52009230', 'SQ', groups]
    ]
    const { volumes } = await content(
      'few.dcm',
      sliceFile({ rows: 1, values: Array.from({ length: 12 }, (_, index) => index), more })
    )
    expect(volumes.map(({ volume }) => [volume.oriented, volume.size[2]])).toEqual([
      [true, 1],
      [false, 2]
    ])
  })

  it('hundreds of thousands of empty elements are read in seconds', async () => {
    const empty = Buffer.alloc(8 * 200_000)
    for (let index = 0; index < 200_000; index++) {
      empty.writeUInt16LE(0x0009 + 2 * Math.floor(index / 60_000), index * 8)
      empty.writeUInt16LE(0x1000 + (index % 60_000 > 0xefff ? 0 : index % 60_000), index * 8 + 2)
      empty.write('LO', index * 8 + 4, 'latin1')
    }
    const before = dataSetBytes(sliceElements().filter(([tag]) => tag < '0009'))
    const after = dataSetBytes(sliceElements().filter(([tag]) => tag > '0009'))
    const started = performance.now()
    await content('empty.dcm', part10(explicitLittleEndian, Buffer.concat([before, empty, after])))
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

describe('nesting', () => {
  const open = Buffer.from([0x08, 0, 0x40, 0x11, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff])

  it('of 20,000 sequences without stated kinds is refused, also when only the header is read', async () => {
    const rest = dataSetBytes([])
    const bytes = part10(implicitLittleEndian, Buffer.concat([...new Array<Buffer>(20_000).fill(open), rest]))
    expect((await refusal('nested.dcm', bytes)).message).toContain('nested too deeply')
    const path = join(folder, 'nested.dcm')
    writeFileSync(path, bytes)
    const [{ fault }] = await factsHere([path])
    expect(fault?.message).toContain('nested too deeply')
  })

  it('of a private element of unknown kind is refused as well', async () => {
    const unknown = Buffer.from([
      0x09, 0, 0x01, 0x10, 0x55, 0x4e, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff
    ])
    const bytes = part10(explicitLittleEndian, Buffer.concat([unknown, ...new Array<Buffer>(20_000).fill(open)]))
    expect((await refusal('unknown.dcm', bytes)).code).toBe('bad-file')
  })
})

describe('words from files', () => {
  it('are text: markup stays letters, control characters go, a table of them holds no formula', async () => {
    const name = '@HYPERLINK("http://x","y")^<img src onerror>'
    const more: ElementSpec[] = [
      ['00100010', 'PN', name],
      ['0008103E', 'LO', '+1\u0007\u001b[2J'],
      ['00080005', 'CS', 'ISO_IR 999\\NO SUCH SET']
    ]
    const { patient } = await content('words.dcm', sliceFile({ more }))
    expect(patient?.name).toBe('@HYPERLINK("http://x","y"), <img src onerror>')
    expect(patient?.seriesDescription).toBe('+1  [2J')
    const table = csvLines([[patient!.name, patient!.seriesDescription]])
    expect(table).not.toMatch(/(^|,)"?[@+]/m)
  })
})

describe('a DICOMDIR', () => {
  function directory(records: readonly string[]): Uint8Array {
    const items = records.map((name): ElementSpec[] => [
      ['00041430', 'CS', 'IMAGE'],
      ['00041500', 'CS', name]
    ])
    const file = part10(explicitLittleEndian, dataSetBytes([['00041220', 'SQ', items]]))
    const storage = Buffer.from('\x02\x00\x02\x00UI\x14\x001.2.840.10008.1.3.10', 'latin1')
    return Buffer.concat([file.subarray(0, 132), storage, file.subarray(132)])
  }

  it('leads to nothing outside its folder, whatever it names and whichever way links point', async () => {
    const home = join(folder, 'disc')
    mkdirSync(join(home, 'IMAGES'), { recursive: true })
    writeFileSync(join(folder, 'secret.dcm'), sliceFile())
    symlinkSync(folder, join(home, 'UP'))
    const names = [
      '..\\secret.dcm',
      'IMAGES\\..\\..\\secret.dcm',
      '/etc/passwd',
      'C:\\secret.dcm',
      'UP\\secret.dcm',
      '.',
      'DICOMDIR'
    ]
    writeFileSync(join(home, 'DICOMDIR'), directory(names))
    const { studies, problems } = await indexStudies([join(home, 'DICOMDIR')], quietJob())
    expect(studies).toEqual([])
    const outside = problems.filter(({ fault }) => fault.message.includes('outside its folder'))
    expect(outside).toHaveLength(6)
  })

  it('of ten thousand records that are not there is read in seconds', async () => {
    const home = join(folder, 'gone')
    mkdirSync(home)
    writeFileSync(join(home, 'DICOMDIR'), directory(Array.from({ length: 10_000 }, (_, index) => `A\\B${index}`)))
    const started = performance.now()
    const { problems } = await indexStudies([home], quietJob())
    expect(problems).toHaveLength(10_000)
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})
