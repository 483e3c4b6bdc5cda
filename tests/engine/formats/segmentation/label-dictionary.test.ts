import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labFromRgb, rgbFromLab } from '@engine/formats/dicom/seg/lab-colour'
import { conceptOf, saliencyConcept } from '@engine/formats/segmentation/label-dictionary'
import { python } from '../../../support/checkers'
import dictionary from '../../../../resources/labels/segments.json'

test('every code of the dictionary stands in the standard under the same meaning', () => {
  const coded = [
    ...dictionary.types.map(({ value, meaning }) => ({ value, scheme: 'SCT', meaning })),
    ...dictionary.types.map(({ names }) => conceptOf(names[0]).category),
    saliencyConcept.category,
    saliencyConcept.type
  ]
  const path = join(mkdtempSync(join(tmpdir(), 'saliscope-codes-')), 'codes.json')
  writeFileSync(path, JSON.stringify(coded.map(({ value, scheme }) => [value, scheme])))
  const known = python<(string[] | null)[]>('concepts.py', [path])
  coded.forEach(({ meaning, value }, index) => {
    // The standard's own list of categories says "Abnormal" for what pydicom's copy still calls "Altered".
    const plain = (text: string): string => text.toLowerCase().replace('altered', 'abnormal')
    expect(known[index]?.map(plain), `${value} ${meaning}`).toContain(plain(meaning))
  })
})

test('names are found in any spelling, with their side', () => {
  expect(conceptOf('liver').type.meaning).toBe('Liver')
  expect(conceptOf('Left lung')).toMatchObject({ type: { meaning: 'Lung' }, side: { meaning: 'Left' } })
  expect(conceptOf('kidney_right')).toMatchObject({ type: { meaning: 'Kidney' }, side: { meaning: 'Right' } })
  expect(conceptOf('Hippocampus_L')).toMatchObject({ type: { meaning: 'Hippocampus' }, side: { meaning: 'Left' } })
  expect(conceptOf('Left ventricle')).toMatchObject({ type: { meaning: 'Left ventricle' }, side: null })
  expect(conceptOf('Nodule 3')).toMatchObject({ category: { value: '49755003' }, type: { meaning: 'Nodule' } })
  expect(conceptOf('reader 1')).toMatchObject({ type: { meaning: 'Tissue' }, side: null })
  expect(conceptOf('left something')).toMatchObject({ type: { meaning: 'Tissue' }, side: null })
  expect(conceptOf('')).toMatchObject({ type: { meaning: 'Tissue' } })
})

test('colours survive the way through CIELab, and the corners are those of the standard', () => {
  for (const rgb of [
    [0, 0, 0],
    [255, 255, 255],
    [255, 0, 0],
    [12, 200, 99],
    [86, 180, 233]
  ] as const) {
    expect(rgbFromLab(labFromRgb(rgb))).toEqual(rgb)
  }
  // PS3.3 C.10.7.1.1: L* 0 to 100 over 0 to 0xFFFF, a* and b* −128 to 127 with 0 at 0x8080.
  expect(labFromRgb([0, 0, 0])).toEqual([0, 0x8080, 0x8080])
  const [lightness, a, b] = labFromRgb([255, 255, 255])
  expect(lightness).toBe(0xffff)
  expect(Math.abs(a - 0x8080)).toBeLessThan(16)
  expect(Math.abs(b - 0x8080)).toBeLessThan(16)
})
