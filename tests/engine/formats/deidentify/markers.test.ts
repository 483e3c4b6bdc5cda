import { inflateRawSync, deflateRawSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { attributeDictionary, type AttributeDictionary } from '@engine/formats/dicom/attribute-dictionary'
import { deidentifyDicom, type DeidentifyOrder } from '@engine/formats/dicom/deidentify/deidentify'
import { knownWords } from '@engine/formats/dicom/deidentify/known-words'
import { profileTable } from '@engine/formats/dicom/deidentify/profile-table'
import { pseudonyms } from '@engine/formats/dicom/deidentify/pseudonyms'
import { readTree } from '@engine/formats/dicom/deidentify/read-tree'
import { writeTree } from '@engine/formats/dicom/deidentify/write-tree'
import { dataSetBytes, type ElementSpec, part10, sliceElements } from '../make-dicom'

// A marker in every text, date, name and UID element the data dictionary knows: at the top, in sequences, private, in overlays, behind the data set.

let dictionary: AttributeDictionary
let order: DeidentifyOrder
const salt = Buffer.from('a salt for tests, not for patients')
const explicitLittle = '1.2.840.10008.1.2.1'
const implicitLittle = '1.2.840.10008.1.2'
const deflatedLittle = '1.2.840.10008.1.2.1.99'

beforeAll(async () => {
  dictionary = await attributeDictionary()
  order = {
    options: { keepDates: 'removed', keepPatientCharacteristics: false },
    pseudonyms: pseudonyms(salt),
    dictionary,
    known: knownWords(dictionary),
    acceptBurnedIn: false,
    version: 'test'
  }
})

const markedVrs = new Set('AE AS DA DS DT IS LO LT PN SH ST TM UC UI UR UT UN'.split(' '))
/** Character set, classes of objects (private classes keep their UID: they name a make, not an instance), documents (refused elsewhere). */
const untouched = new Set('00080005 00080016 0008001a 00080062 00081150 00420011 00280004'.split(' '))

function marked(vr: string, count: number): string {
  if (vr === 'UI') return `1.2.77777.${1000000 + count}.1`
  return `MK${1000000 + count}Z`
}

/** Every text element of the dictionary with a marker of its own. */
function plantedElements(first: number): ElementSpec[] {
  const taken = new Set(sliceElements().map(([tag]) => tag))
  return [...dictionary].flatMap(([number, { vr }], index): ElementSpec[] => {
    const tag = number.toString(16).padStart(8, '0').toUpperCase()
    const group = number >>> 16
    if (!markedVrs.has(vr) || group <= 0x0006 || group === 0xfffe || untouched.has(tag.toLowerCase()) || taken.has(tag))
      return []
    return [[tag, vr, marked(vr, first + index)]]
  })
}

const pixels = new Uint8Array(Int16Array.from({ length: 12 }, (_, index) => 900 + index).buffer)

function plantedFile(): { elements: ElementSpec[]; markers: string[] } {
  const inner = plantedElements(100_000)
  const deeper = plantedElements(200_000)
  const elements: ElementSpec[] = [
    ...sliceElements().filter(([tag]) => !['7FE00010', '00100010', '00080018', '0020000D', '0020000E'].includes(tag)),
    ...plantedElements(0),
    ['00100010', 'PN', 'MK3000001Z^MK3000002Z=MK3000003Z'],
    ['00080018', 'UI', '1.2.77777.3000004.1'],
    ['0020000D', 'UI', '1.2.77777.3000005.1'],
    ['0020000E', 'UI', '1.2.77777.3000006.1'],
    ['00180015', 'CS', 'MK3000007Z'],
    [
      '00081032',
      'SQ',
      [
        [
          ['00080100', 'SH', 'MK3000008Z'],
          ['00080102', 'SH', 'DCM'],
          ['00080104', 'LO', 'MK3000009Z']
        ]
      ]
    ],
    ['00081140', 'SQ', [[...inner, ['0040A730', 'SQ', [deeper]]]]],
    ['00090010', 'LO', 'MK3000010Z'],
    ['00091001', 'LO', 'MK3000011Z'],
    ['00091002', 'SQ', [[['00100010', 'PN', 'MK3000012Z']]]],
    ['00290010', 'LO', 'SIEMENS CSA HEADER'],
    ['00291010', 'OB', Buffer.from('xxMK3000013Zxx')],
    ['50000022', 'LO', 'MK3000014Z'],
    ['60003000', 'OW', Buffer.from('MK3000015Z')],
    ['60000022', 'LO', 'MK3000016Z'],
    ['60001500', 'LO', 'MK3000017Z'],
    ['00880200', 'SQ', [[['7FE00010', 'OW', Buffer.from('MK3000018Z')]]]],
    [
      '0040A730',
      'SQ',
      [
        [
          ['0040A160', 'UT', 'chest MK3000019Z of Mr MK3000020Z'],
          ['0040A123', 'PN', 'MK3000021Z']
        ]
      ]
    ],
    ['00700001', 'SQ', [[['00700008', 'SQ', [[['00700006', 'ST', 'MK3000022Z']]]]]]],
    ['04000500', 'SQ', [[['04000520', 'OB', Buffer.from('MK3000026Z')]]]],
    ['FFFCFFFC', 'OB', Buffer.from('MK3000023Z')],
    ['7FE00010', 'OW', pixels]
  ]
  const replaced = new Map(elements.map((element) => [element[0], element]))
  const all = [...replaced.values()]
  return {
    elements: all,
    markers: [...JSON.stringify(all).matchAll(/MK\d{7}Z|1\.2\.77777\.\d+\.1/g)].map(([found]) => found)
  }
}

function fileIn(syntax: string, dataSet: Uint8Array): Uint8Array {
  const tree = readTree({ bytes: dataSet, coding: { explicit: true, bigEndian: false }, dictionary, name: 'planted' })
  if (syntax === implicitLittle) return part10(syntax, writeTree(tree, { explicit: false, bigEndian: false }))
  if (syntax === deflatedLittle) return part10(syntax, deflateRawSync(dataSet))
  return part10(syntax, dataSet)
}

describe('de-identification', () => {
  it.each([explicitLittle, implicitLittle, deflatedLittle])('leaves no marker of any text element in %s', (syntax) => {
    const { elements, markers } = plantedFile()
    expect(markers.length).toBeGreaterThan(5000)
    const bytes = fileIn(syntax, dataSetBytes(elements))
    // The preamble may hold a marker too.
    bytes.set(Buffer.from('MK3000024Z'), 8)
    const done = deidentifyDicom({ path: '/x/MK3000025Z.dcm', name: 'MK3000025Z.dcm', bytes }, order)
    const text = Buffer.from(syntax === deflatedLittle ? inflatedBody(done.bytes) : done.bytes).toString('latin1')
    const left = [...markers, 'MK3000024Z', 'MK3000025Z'].filter((marker) => text.includes(marker))
    expect(left).toEqual([])
    expect(text).not.toMatch(/MK\d{7}Z|1\.2\.77777/)
    expect(text).toContain('chest of')
    expect(text).toContain(Buffer.from(pixels).toString('latin1'))
  })

  it('holds the whole table of PS3.15', () => {
    expect(profileTable.size).toBe(93 + 42 + 415 - 3 + 55 + 6 + 11 + 23 + 8 + 2)
    expect([0x00100010, 0x00100020, 0x00080080, 0x00321033].map((tag) => profileTable.get(tag))).toEqual([
      'Z',
      'Z/D',
      'X/Z/D',
      'X'
    ])
  })
})

function inflatedBody(bytes: Uint8Array): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(140, true)
  return inflateRawSync(bytes.subarray(144 + length))
}
