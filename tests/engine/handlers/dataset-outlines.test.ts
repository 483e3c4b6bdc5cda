import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createEngine } from '@engine/engine'
import { encodeNpy } from '@engine/formats/raster/npy'
import { encodePng } from '@engine/formats/raster/png'
import { quietJob } from '@engine/job'
import { plant, type Tree } from '../formats/datasets/tree'
import { inProcess } from '../../support/in-process'

const job = quietJob()
const engine = createEngine({
  ...{
    spawn: inProcess,
    sampleFolder: resolve('resources/sample'),
    workspaceFolder: null,
    version: 'test',
    threads: 1
  },
  resolveGrant: (grant) => grant
})
afterAll(() => engine.shutDown())

/** 8 columns, 6 rows. */
const picture = encodePng({ width: 8, height: 6, channels: 1, samples: new Uint8Array(48).fill(7) })

/** Marked pixels of every case of an imported dataset, by title: the sum of all readers. */
async function marked(tree: Tree): Promise<Record<string, number>> {
  const order = { grant: plant(tree), wishes: {} as never, labelTable: null, open: true, save: null }
  const { cases, problems } = await engine.call('dataset.import', order, job)
  expect(problems).toEqual([])
  const found: Record<string, number> = {}
  for (const { caseId, title } of cases) {
    const { masks } = await engine.call('mask.read', { caseId }, job)
    found[title] = masks.reduce((sum, { voxels }) => sum + voxels, 0)
  }
  return found
}

describe('the outlines of an imported dataset', () => {
  it('are those of the COCO file, image by image', async () => {
    const annotations = [
      { id: 1, image_id: 1, category_id: 1, bbox: [1, 1, 3, 2], segmentation: [[1, 1, 4, 1, 4, 3, 1, 3]] },
      { id: 2, image_id: 2, category_id: 1, bbox: [0, 0, 2, 2] }
    ]
    const images = ['a', 'b', 'c'].map((name, index) => ({ id: index + 1, file_name: `${name}.png` }))
    const coco = JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'nodule' }] })
    expect(await marked({ 'coco.json': coco, 'a.png': picture, 'b.png': picture, 'c.png': picture })).toEqual({
      a: 6,
      b: 4,
      c: 0
    })
  })

  it('are those of the VGG file and of the SIIM table', async () => {
    const square = { name: 'polygon', all_points_x: [2, 6, 6, 2], all_points_y: [1, 1, 3, 3] }
    const via = {
      'a.png1': { filename: 'a.png', size: 1, regions: [{ shape_attributes: square, region_attributes: {} }] }
    }
    const ofVia = await marked({ 'via.json': JSON.stringify(via), 'a.png': picture })
    expect(ofVia.a).toBeGreaterThanOrEqual(8)
    // Column by column, starts counted from the end of the run before: pixels 2, 3 and 8 to 10 of 48.
    const siim = 'ImageId,EncodedPixels\na, 2 2 4 3\nb,-1\n'
    expect(await marked({ 'train.csv': siim, 'a.png': picture, 'b.png': picture })).toEqual({ a: 5, b: 0 })
  })

  it('are the boxes of RSNA and mednet, far edges not inside', async () => {
    const rsna = 'patientId,x,y,width,height,Target\na,1,2,3,2,1\na,3,3,2,2,1\nb,,,,,0\n'
    // 3 × 2 and 2 × 2 share one pixel.
    expect(await marked({ 'labels.csv': rsna, 'a.png': picture, 'b.png': picture })).toEqual({ a: 9, b: 0 })
    const split = JSON.stringify({
      test: [
        ['a.npy', 1, [[1, 0, 0, 2, 3]]],
        ['b.npy', 0]
      ]
    })
    const array = encodeNpy(new Float32Array(48), [6, 8])
    expect(await marked({ 'split.json': split, 'a.npy': array, 'b.npy': array })).toEqual({ a: 6, b: 0 })
  })
})
