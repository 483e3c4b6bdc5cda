import { describe, expect, it } from 'vitest'
import { plant, previewOf, reasons } from './tree'

describe('the RSNA table', () => {
  const header = 'patientId,x,y,width,height,Target'

  it('joins the boxes of a patient, converts them, and says its rule', async () => {
    const root = plant({
      'labels.csv': `${header}\np1,264.0,152.0,213.0,379.0,1\np1,562.0,152.0,256.0,453.0,1\np1,562.0,152.0,256.0,453.0,1\np2,,,,,0\np9,1,1,1,1,1\n`,
      ...{ 'train/p1.dcm': '', 'train/p2.dcm': '', 'train/p3.dcm': '' }
    })
    const preview = await previewOf(root)
    expect(preview).toMatchObject({ kind: 'rsna', counts: { cases: 2, patients: 2, labelled: 2, withBoxes: 1 } })
    expect(preview.cases.map(({ id, label, boxes }) => [id, label, boxes])).toEqual([
      ['p1', 'pneumonia', 2],
      ['p2', 'none', 0]
    ])
    expect(preview.assumptions.join(' ')).toMatch(/\[x, y, x \+ width, y \+ height\]/)
    expect(reasons(preview.duplicates)).toEqual(['line 4: repeats a box of “p1”.'])
    expect(reasons(preview.unmatched.rows)).toEqual(['line 6: there is no image “p9”.'])
    expect(reasons(preview.unmatched.images)).toEqual(['train/p3.dcm: no row of labels.csv names it.'])
    const named = await previewOf(root, { positive: 'opacity' })
    expect(named.cases[0].label).toBe('opacity')
  })

  it('leaves out contradictions and boxes that are none', async () => {
    const root = plant({
      'labels.csv': `${header}\np1,1,1,0,5,1\np1,,,,,0\np1,a,b,c,d,1\np1,,,,,maybe\n`,
      'p1.png': ''
    })
    const preview = await previewOf(root)
    expect(reasons(preview.unmatched.rows)).toEqual([
      'line 2: its box is no box: four numbers with width and height above 0.',
      'line 3: gives “p1” another Target than an earlier line.',
      'line 4: its box is no box: four numbers with width and height above 0.',
      'line 5: its Target is “maybe”, not 0 or 1.'
    ])
  })
})

describe('the SIIM table', () => {
  it('makes the table the mask of every image with a region', async () => {
    const root = plant({
      'train-rle.csv': 'ImageId, EncodedPixels\na.1, 10 3 1000 5\na.1, 30 2\nb.2,-1\nb.2,5 5\nc.3,x\nd.4, -1\n',
      ...{ 'train/a.1/a.1.dcm': '', 'train/b.2.dcm': '', 'train/c.3.dcm': '' }
    })
    const preview = await previewOf(root)
    expect(preview.kind).toBe('siim')
    expect(preview.cases).toEqual([
      {
        ...{ id: 'a.1', patient: null, session: null, image: 'train/a.1/a.1.dcm', label: 'pneumothorax', split: null },
        ...{ masks: [{ reader: 'siim', name: 'train-rle.csv#a.1' }], boxes: 0 }
      },
      {
        ...{ id: 'b.2', patient: null, session: null, image: 'train/b.2.dcm', label: 'none', split: null },
        ...{ masks: [], boxes: 0 }
      }
    ])
    expect(reasons(preview.unmatched.rows)).toEqual([
      'line 5: says of “b.2” both that there is a region and that there is none.',
      'line 6: its EncodedPixels are neither -1 nor pairs of start and length.',
      'line 7: there is no image “d.4”.'
    ])
  })
})

describe('the QTIM table', () => {
  it('takes the array of every sample, and its split', async () => {
    const root = plant({
      'samples.csv': ',Image_ID,Split\n0,0,test\n1,1.png,val\n2,7,test\n3,0,test\n',
      ...{ 'samples/0.npy': '', 'samples/0.png': '', 'samples/1.npy': '', 'samples/1.png': '' }
    })
    const preview = await previewOf(root)
    expect(preview.kind).toBe('qtim')
    expect(preview.cases.map(({ image, split }) => [image, split])).toEqual([
      ['samples/0.npy', 'test'],
      ['samples/1.npy', 'val']
    ])
    expect(reasons(preview.unmatched.rows)).toEqual(['line 4: there is no image “7”.'])
    expect(reasons(preview.duplicates)).toEqual(['line 5: names the image of line 2 again.'])
  })
})
