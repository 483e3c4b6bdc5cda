import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { parseLabelNames } from '@engine/formats/masks/label-names'
import { readMask } from '@engine/formats/masks/read-mask'
import { encodeNifti } from '@engine/formats/nifti/write'
import { readSegments } from '@engine/formats/segmentation/read-segments'
import type { Volume } from '@engine/geometry/volume'
import { dataFile, dataFolder } from './shared-data'

const fixtures = fileURLToPath(new URL('../../fixtures/formats/nrrd/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'saliscope-labels-'))
afterAll(() => rmSync(folder, { recursive: true }))

const both = new Map([
  [2001, 'Precentral_L'],
  [2002, 'Precentral_R']
])

describe('look-up files of label images', () => {
  it.each<[string, string, string, ReadonlyMap<number, string>]>([
    ['AAL, name then value', 'ROI_MNI_V4.txt', 'FAG\tPrecentral_L\t2001\nFAD\tPrecentral_R\t2002\n', both],
    ['AAL, value then name', 'aal.nii.txt', '2001 Precentral_L 5\n2002 Precentral_R 6\n', both],
    [
      'AAL XML',
      'AAL.xml',
      '<atlas><label><index>2001</index><name>Precentral_L</name></label>\n<label>\n<index>2002</index>\n<name>Precentral_R</name></label></atlas>',
      both
    ],
    [
      'FreeSurfer',
      'lut.lut',
      '# No. Label R G B A\n  0  Unknown 0 0 0 0\n17  Left-Hippocampus   220 216 20  0\n',
      new Map([
        [0, 'Unknown'],
        [17, 'Left-Hippocampus']
      ])
    ],
    [
      'ITK-SNAP',
      'snap.label',
      '# comment\n    0     0    0    0        0  0  0    "Clear Label"\n    1   255    0    0        1  1  1    "Left lung"\n',
      new Map([
        [0, 'Clear Label'],
        [1, 'Left lung']
      ])
    ],
    [
      'BIDS',
      'dseg.tsv',
      'index\tname\tabbreviation\tcolor\n1\tGrey Matter\tGM\t#ff53bb\n2\tWhite Matter\tWM\t#2f8bbe\n',
      new Map([
        [1, 'Grey Matter'],
        [2, 'White Matter']
      ])
    ],
    ['CSV', 'names.csv', 'Label,Name\n1,"Lung, left"\n', new Map([[1, 'Lung, left']])],
    [
      'JSON by value',
      'a.json',
      '{"1": "liver", "2": "spleen"}',
      new Map([
        [1, 'liver'],
        [2, 'spleen']
      ])
    ],
    [
      'JSON by name',
      'b.json',
      '{"labels": {"background": 0, "liver": 1}}',
      new Map([
        [0, 'background'],
        [1, 'liver']
      ])
    ],
    ['JSON list', 'c.json', '[{"index": 3, "name": "spleen"}]', new Map([[3, 'spleen']])]
  ])('%s', (_what, name, text, names) => {
    expect(parseLabelNames(text, name)?.names).toEqual(names)
  })

  it('an FSL atlas counts from 0 where its image counts from 1, and that is said', () => {
    const text =
      '<data><label index="0" x="48" y="94">Frontal Pole</label><label index="1" x="1" y="2">Insular &amp; Cortex</label></data>'
    const read = parseLabelNames(text, 'HarvardOxford.xml')
    expect(read?.names).toEqual(
      new Map([
        [1, 'Frontal Pole'],
        [2, 'Insular & Cortex']
      ])
    )
    expect(read?.warnings.join()).toContain('index 0 is taken as the value 1')
  })

  it('other files name nothing', () => {
    for (const [name, text] of [
      ['a.json', 'no JSON'],
      ['b.json', '{"a": {"b": 1}}'],
      ['c.tsv', 'x\ty\n1\t2\n'],
      ['d.txt', 'just words here\n'],
      ['e.xml', '<a/>']
    ])
      expect([name, parseLabelNames(text, name)]).toEqual([name, null])
  })
})

describe('a label atlas with its names beside it', () => {
  const image: Volume = {
    voxels: Uint8Array.of(0, 7, 7, 0, 9, 9, 9, 0),
    size: [2, 2, 2],
    samples: 1,
    affine: [-2, 0, 0, 5, 0, -2, 0, 6, 0, 0, 2, -7, 0, 0, 0, 1],
    spacingMm: [2, 2, 2],
    oriented: true,
    frameOfReference: null,
    unit: 'value',
    photometric: 'MONOCHROME2',
    bitsStored: 8,
    window: null
  }

  it('is a set of named regions; one of them can be the mask of a case', async () => {
    const path = join(folder, 'atlas.nii.gz')
    writeFileSync(path, await encodeNifti(image))
    writeFileSync(join(folder, 'atlas.txt'), '7 Hippocampus_L 4101\n9 Hippocampus_R 4102\n12 Amygdala_L 4201\n')
    const { segmentation, warnings } = await readSegments(path, image)
    expect(segmentation.segments.map(({ number, label }) => [number, label])).toEqual([
      [7, 'Hippocampus_L'],
      [9, 'Hippocampus_R']
    ])
    expect(warnings.join()).toContain('those of “atlas.txt”')
    expect((await readMask(`${path}#Hippocampus_R`, image)).voxels).toBe(3)
    expect((await readMask(`${path}#7`, image)).voxels).toBe(2)
    await expect(readMask(`${path}#Thalamus`, image)).rejects.toThrow('no segment “Thalamus”')
  })

  it('segments of 3D Slicer are found by name, each in its layer', async () => {
    const path = `${fixtures}slicer-layers.seg.nrrd`
    const { volume } = await loadVolume(`${path}[0]`)
    const { segmentation } = await readSegments(path, volume)
    expect(segmentation.segments.map(({ label }) => label)).toEqual(['Left lung', 'Right lung', 'Nodule, upper'])
    expect((await readMask(`${path}#Left lung`, volume)).voxels).toBe(12)
    expect((await readMask(`${path}#Nodule, upper`, volume)).voxels).toBe(18)
  })

  it.skipIf(dataFolder === null)('a real AAL image has its 116 regions or more', async () => {
    const path = dataFile('niivue+niivue/packages/niivue/tests/images/aal.nii.gz')
    const { volume } = await loadVolume(path)
    const { segmentation } = await readSegments(path, volume)
    expect(segmentation.segments.length).toBeGreaterThanOrEqual(116)
    expect(segmentation.segments.length).toBe(new Set(volume.voxels).size - 1)
  })
})
