import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant, previewOf, reasons } from './tree'

const json = (value: unknown): string => JSON.stringify(value)

describe('a COCO file', () => {
  const coco = {
    images: [
      { id: 1, file_name: 'a.png', width: 9, height: 9 },
      { id: 2, file_name: 'sub\\b.png', width: 9, height: 9 },
      { id: 3, file_name: 'gone.png' },
      { id: 4, file_name: 'd.png' }
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 7, bbox: [1, 2, 3, 4] },
      { id: 2, image_id: 1, category_id: 7, bbox: [1, 2, 0, 4] },
      { id: 3, image_id: 2, category_id: 7, bbox: [0, 0, 2, 2], segmentation: [[0, 0, 2, 0, 2, 2]] },
      { id: 4, image_id: 2, category_id: 8, bbox: [0, 0, 2, 2] },
      { id: 5, image_id: 99, category_id: 8 }
    ],
    categories: [
      { id: 7, name: 'nodule' },
      { id: 8, name: 'effusion' }
    ]
  }
  const tree = { 'instances.json': json(coco), 'img/a.png': '', 'img/sub/b.png': '', 'img/d.png': '', 'img/e.png': '' }

  it('gives boxes, outlines by the file itself, and the one category as label', async () => {
    const preview = await previewOf(plant(tree))
    expect(preview.kind).toBe('coco')
    expect(preview.cases.map(({ id, label, masks, boxes }) => [id, label, masks, boxes])).toEqual([
      ['a', 'nodule', [], 1],
      ['b', null, [{ reader: 'coco', name: 'instances.json#b.png' }], 0],
      ['d', 'none', [], 0]
    ])
    expect(reasons(preview.unmatched.rows)).toEqual([
      'image 1: a box of it is none: four numbers with width and height above 0.',
      'image 3: there is no image “gone.png”.'
    ])
    expect(reasons(preview.unmatched.images)).toEqual(['img/e.png: instances.json does not name it.'])
    expect(preview.warnings).toEqual([
      '1 images have annotations of several categories: no label; choose one category with --label.',
      '1 annotations belong to no image of the file.'
    ])
  })

  it('takes one category alone when told', async () => {
    const root = plant(tree)
    const preview = await previewOf(join(root, 'instances.json'), { label: 'effusion' })
    expect(preview.cases.map(({ label, boxes }) => [label, boxes])).toEqual([
      ['none', 0],
      ['effusion', 1],
      ['none', 0]
    ])
    await expect(previewOf(root, { label: 'mass' })).rejects.toMatchObject({ code: 'bad-parameter' })
  })

  it('refuses a named file that is no JSON, and passes over one that merely lies there', async () => {
    const broken = plant({ 'x.json': '{', 'a.png': '' })
    await expect(previewOf(join(broken, 'x.json'))).rejects.toMatchObject({ code: 'bad-file' })
    expect((await previewOf(broken)).kind).toBe('image-folders')
  })
})

describe('a file of the VGG Image Annotator', () => {
  const rect = { shape_attributes: { name: 'rect', x: 3, y: 4, width: 5, height: 6 }, region_attributes: {} }
  const polygon = { shape_attributes: { name: 'polygon', all_points_x: [1, 2, 3], all_points_y: [1, 2, 1] } }

  it('gives rectangles as boxes and other shapes by the file itself, in both versions', async () => {
    const images = {
      'a.png12': { filename: 'a.png', size: 12, regions: [rect, rect] },
      'b.png9': { filename: 'b.png', size: 9, regions: { 0: polygon } },
      'c.png9': { filename: 'c.png', size: 9, regions: [] },
      'd.png9': { filename: '../../d.png', size: 9, regions: [rect] }
    }
    const pictures = { 'a.png': '', 'b.png': '', 'c.png': '' }
    for (const file of [json(images), json({ _via_settings: {}, _via_img_metadata: images })]) {
      const preview = await previewOf(plant({ 'via.json': file, ...pictures }), { positive: 'nodule' })
      expect(preview.kind).toBe('vgg')
      expect(preview.cases.map(({ id, label, masks, boxes }) => [id, label, masks.length, boxes])).toEqual([
        ['a', 'nodule', 0, 2],
        ['b', 'nodule', 1, 0],
        ['c', 'none', 0, 0]
      ])
      expect(reasons(preview.unmatched.rows)).toEqual(['../../d.png: there is no image “../../d.png”.'])
    }
  })
})

describe('a split of mednet', () => {
  it('gives split, label and the boxes of TBX11k, and says an image that is in two splits', async () => {
    const split = {
      train: [
        [
          'imgs/tb/tb1196.png',
          1,
          [
            [1, 102, 67, 113, 130],
            [1, 295, 93, 115, 137]
          ]
        ],
        ['imgs/sick/s0417.png', 0]
      ],
      test: [
        ['imgs/sick/s0417.png', 0],
        ['imgs/tb/tb2.png', 1, [[1, 2, 3, 0, 5]]]
      ]
    }
    const images = { 'imgs/tb/tb1196.png': '', 'imgs/sick/s0417.png': '', 'imgs/tb/tb2.png': '' }
    const preview = await previewOf(plant({ 'v1.json': json(split), ...images }), { positive: 'tuberculosis' })
    expect(preview.kind).toBe('mednet')
    expect(preview.cases.map(({ id, split: part, label, boxes }) => [id, part, label, boxes])).toEqual([
      ['imgs_tb_tb1196', 'train', 'tuberculosis', 2],
      ['imgs_sick_s0417', 'train', 'none', 0],
      ['imgs_tb_tb2', 'test', 'tuberculosis', 0]
    ])
    expect(reasons(preview.duplicates)).toEqual(['test 0: names the image of train 1 again.'])
    expect(reasons(preview.unmatched.rows)).toEqual([
      'test 1: a box of it is none: label, x, y, width, height with sides above 0.'
    ])
  })
})
