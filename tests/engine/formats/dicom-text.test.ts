import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeText } from '@engine/formats/dicom/charset'
import { loadVolume } from '@engine/formats/load'
import { sliceFile } from './make-dicom'
import { dataFile, dataFolder } from './shared-data'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-text-'))
afterAll(() => rmSync(folder, { recursive: true }))

const charsets = 'pydicom+pydicom/src/pydicom/data/charset_files'

describe('names and descriptions', () => {
  it('come in the words of the file, for the screen', async () => {
    const path = join(folder, 'named.dcm')
    const more = [
      ['00080020', 'DA', '20260102'],
      ['00081030', 'LO', 'Chest, two views'],
      ['0008103E', 'LO', 'PA'],
      ['00100020', 'LO', 'ID-7'],
      ['00100040', 'CS', 'F'],
      ['00101010', 'AS', '045Y'],
      ['00185101', 'CS', 'PA'],
      ['00200062', 'CS', 'L']
    ] as const
    writeFileSync(path, sliceFile({ more }))
    expect((await loadVolume(path)).tags).toEqual({
      name: 'Test, Phantom',
      id: 'ID-7',
      sex: 'F',
      age: '045Y',
      studyDate: '20260102',
      studyDescription: 'Chest, two views',
      seriesDescription: 'PA',
      modality: 'CT',
      bodyPart: '',
      laterality: 'L',
      viewPosition: 'PA'
    })
  })

  // The names are those that pydicom reads from these files.
  it.skipIf(dataFolder === null).each([
    ['chrArab.dcm', 'قباني, لنزار'],
    ['chrFren.dcm', 'Buc, Jérôme'],
    ['chrGerm.dcm', 'Äneas, Rüdiger'],
    ['chrGreek.dcm', 'Διονυσιος'],
    ['chrRuss.dcm', 'Люкceмбypг'],
    ['chrX1.dcm', 'Wang, XiaoDong'],
    ['chrH31.dcm', 'Yamada, Tarou']
  ])('%s', async (name, expected) => {
    expect((await loadVolume(dataFile(`${charsets}/${name}`))).tags?.name).toBe(expected)
  })

  it('change sets inside a value by escape sequences', () => {
    const korean = Buffer.from([0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8, 0xc8, 0xf1, 0xc1, 0xdf])
    expect(decodeText(korean, ['', 'ISO 2022 IR 149'])).toBe('김희중')
    const kanji = Buffer.from([0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42])
    expect(decodeText(kanji, ['', 'ISO 2022 IR 87'])).toBe('山田')
  })

  it('carry no control characters', () => {
    expect(decodeText(Buffer.from('Doe\x07\x1b[31m'), [])).toBe('Doe  [31m')
  })
})
