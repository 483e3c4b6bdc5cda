import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dataSetBytes, explicitLittleEndian, sliceElements, sliceFile } from '../make-dicom'
import { plant, previewOf, reasons } from './tree'

describe('folders of images and masks', () => {
  it('match by stem, one reader a folder, and list what has no partner', async () => {
    const root = plant({
      ...{ 'images/a.png': '', 'images/b.png': '', 'images/c.png': '' },
      ...{ 'masks/anna/a.png': '', 'masks/anna/b_mask.png': '', 'masks/ben/A.png': '', 'masks/ben/z.png': '' }
    })
    const preview = await previewOf(root)
    expect(preview).toMatchObject({ kind: 'image-folders', counts: { cases: 3, withMask: 2 } })
    expect(preview.cases.map(({ id, masks }) => [id, masks.map(({ reader }) => reader)])).toEqual([
      ['a', ['anna', 'ben']],
      ['b', ['anna']],
      ['c', []]
    ])
    expect(reasons(preview.unmatched.masks)).toEqual(['masks/ben/z.png: there is no image “z”.'])
    expect(preview.warnings).toContain('1 of 3 images have no mask of their name.')
  })

  it('list ambiguities instead of guessing', async () => {
    const root = plant({
      ...{ 'images/x/a.png': '', 'images/y/a.png': '', 'images/b.png': '' },
      ...{ 'masks/x/a.png': '', 'masks/a.nii.gz': '', 'masks/b.png': '', 'masks/b.nii.gz': '' }
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ id, masks }) => [id, masks.map(({ name }) => name)])).toEqual([
      ['b', ['masks/b.nii.gz']],
      ['images_x_a.png', ['masks/x/a.png']],
      ['images_y_a.png', []]
    ])
    expect(reasons(preview.unmatched.masks)).toEqual([
      'masks/a.nii.gz: it could belong to 2 images: images/x/a.png, images/y/a.png.',
      'masks/b.png: “b” has another mask of masks already: b.nii.gz.'
    ])
  })

  it('take label and split from folders, as Kermany et al. keep theirs, and say so', async () => {
    const files = ['train/NORMAL/1.jpeg', 'train/PNEUMONIA/2.jpeg', 'test/NORMAL/3.jpeg', 'val/PNEUMONIA/4.jpeg']
    const root = plant(Object.fromEntries(files.map((file) => [file, ''])))
    const preview = await previewOf(root)
    expect(preview.cases.map(({ label, split }) => [label, split])).toEqual([
      ['NORMAL', 'test'],
      ['NORMAL', 'train'],
      ['PNEUMONIA', 'train'],
      ['PNEUMONIA', 'validation']
    ])
    expect(preview.assumptions).toContain('Labels are the names of the folders: NORMAL, PNEUMONIA.')
    expect((await previewOf(root, { label: '' })).counts.labelled).toBe(0)
  })

  it('know the folders of nnU-Net and take its first channel', async () => {
    const root = plant({
      ...{ 'imagesTr/liver_1_0000.nii.gz': '', 'imagesTr/liver_1_0001.nii.gz': '', 'imagesTr/liver_2_0000.nii.gz': '' },
      ...{ 'labelsTr/liver_1.nii.gz': '', 'labelsTr/liver_2.nii.gz': '' }
    })
    const preview = await previewOf(root)
    expect(preview.cases.map(({ id, masks }) => [id, masks.length])).toEqual([
      ['liver_1', 1],
      ['liver_2', 1]
    ])
    expect(reasons(preview.unmatched.images)).toEqual([
      'imagesTr/liver_1_0001.nii.gz: is a further channel of an nnU-Net case; the first is taken.'
    ])
  })
})

describe('a folder of DICOM files', () => {
  const file = (
    patient: string,
    series: string,
    instance: number,
    more: readonly (readonly [string, string, string])[] = []
  ): Uint8Array =>
    sliceFile({
      ...{ series, instance, position: [0, 0, instance * 2] },
      more: [
        ['00100020', 'LO', patient],
        ['0020000D', 'UI', `1.9.${patient.length}`],
        ['00200052', 'UI', '1.7'],
        ...more
      ]
    })

  const segmentation = (patient: string): Uint8Array => {
    const storage = '1.2.840.10008.5.1.4.1.1.66.4'
    const more = [
      ['00080016', 'UI', storage],
      ['0008103E', 'LO', 'Anna'],
      ['00200052', 'UI', '1.7'],
      ['0020000D', 'UI', `1.9.${patient.length}`]
    ] as const
    const meta = dataSetBytes([
      ['00020002', 'UI', storage],
      ['00020010', 'UI', explicitLittleEndian]
    ])
    const body = dataSetBytes(sliceElements({ series: '1.99', more }))
    return new Uint8Array(Buffer.concat([new Uint8Array(128), Buffer.from('DICM'), meta, body]))
  }

  it('makes a case per series, under pseudonyms, with the series named where a folder holds several', async () => {
    const root = plant({
      ...{ 'x/1': file('MRN-77', '1.1', 1), 'x/2': file('MRN-77', '1.1', 2), 'x/3': file('MRN-77', '1.2', 3) },
      ...{ 'x/4': file('MRN-77', '1.2', 4), 'y/only.dcm': file('MRN-1234', '1.3', 1), 'notes.txt': 'nothing' }
    })
    const preview = await previewOf(root)
    expect(preview).toMatchObject({ kind: 'dicom', counts: { cases: 3, patients: 2 } })
    expect(preview.cases.map(({ id, patient, image }) => [id, patient, image])).toEqual([
      ['patient-002_01_CT', 'patient-002', 'x'],
      ['patient-002_02_CT', 'patient-002', 'x'],
      ['patient-001_01_CT', 'patient-001', 'y/only.dcm']
    ])
    expect(JSON.stringify(preview)).not.toContain('MRN')
  })

  it('takes labels from a table by PatientID or series UID, which never leave it', async () => {
    const root = plant({ 'x/1': file('MRN-77', '1.1', 1), 'y/1': file('MRN-1234', '1.3', 1) })
    const table = join(plant({ 'l.csv': 'PatientID,label\nMRN-77,sick\nMRN-1234,well\nMRN-5,sick\n' }), 'l.csv')
    const preview = await previewOf(root, { labelTable: table })
    expect(preview.cases.map(({ patient, label }) => [patient, label])).toEqual([
      ['patient-002', 'sick'],
      ['patient-001', 'well']
    ])
    const series = join(plant({ 'l.csv': 'SeriesInstanceUID,label\n1.3,well\n' }), 'l.csv')
    expect((await previewOf(root, { labelTable: series })).cases.map(({ label }) => label)).toEqual([null, 'well'])
  })

  it('takes a segmentation as the mask of the series in its frame of reference, and guesses nothing of two', async () => {
    const one = plant({ 'ct/1': file('P', '1.1', 1), 'ct/2': file('P', '1.1', 2), 'seg/1': segmentation('P') })
    const [only] = (await previewOf(one)).cases
    expect(only.masks).toEqual([{ reader: 'Anna', name: 'seg/1' }])
    const two = plant({ 'a/1': file('P', '1.1', 1), 'b/1': file('P', '1.2', 1), 'seg/1': segmentation('P') })
    const preview = await previewOf(two)
    expect(preview.cases.map(({ masks }) => masks.length)).toEqual([0, 0])
    expect(reasons(preview.unmatched.masks)).toEqual([
      'seg/1: “1” is a segmentation about images that are not among the opened files.'
    ])
  })
})
