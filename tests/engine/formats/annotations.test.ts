import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { readMask, type MaskOptions } from '@engine/formats/masks/read-mask'
import { readAnnotations } from '@engine/formats/masks/read-annotations'
import { readSegments } from '@engine/formats/segmentation/read-segments'
import { identityAffine } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'

const fixtures = fileURLToPath(new URL('../../fixtures/formats/masks/', import.meta.url))
const expected = JSON.parse(readFileSync(`${fixtures}expected.json`, 'utf8')) as {
  size: [number, number]
} & Record<'compressed' | 'polygons' | 'siim' | 'kaggle', Record<string, string>>
const [rows, columns] = expected.size
const folder = mkdtempSync(join(tmpdir(), 'saliscope-annotations-'))
afterAll(() => rmSync(folder, { recursive: true }))

function blank(width: number, height: number): Volume {
  return {
    voxels: new Uint8Array(width * height),
    size: [width, height, 1],
    samples: 1,
    affine: identityAffine,
    spacingMm: null,
    oriented: false,
    frameOfReference: null,
    unit: 'grey level',
    photometric: 'MONOCHROME2',
    bitsStored: 8,
    window: null
  }
}
const image = blank(columns, rows)

/** Bits of `expected.json` as voxels, row by row. */
function voxelsOf(hex: string): number[] {
  const bytes = Buffer.from(hex, 'hex')
  return Array.from({ length: rows * columns }, (_, index) => (bytes[index >> 3] >> (7 - (index & 7))) & 1)
}

async function voxels(path: string, options: MaskOptions = {}): Promise<number[]> {
  return [...(await readMask(path, image, options)).labelmap.voxels]
}

function written(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('COCO against pycocotools', () => {
  it.each(Object.keys(expected.compressed))('run lengths, compressed and plain: %s', async (name) => {
    const wanted = voxelsOf(expected.compressed[name])
    for (const kind of ['compressed', 'plain'])
      expect(await voxels(`${fixtures}coco.json`, { imageName: `${kind}-${name}.png` })).toEqual(wanted)
  })

  it.each(Object.keys(expected.polygons))('polygon %s: equal but for pixels on the outline', async (name) => {
    const found = await voxels(`${fixtures}coco.json#polygon-${name}.png`)
    const wanted = voxelsOf(expected.polygons[name])
    const rings = polygonRings(name)
    const apart = found.flatMap((value, index) => (value === wanted[index] ? [] : [index]))
    expect(apart.length).toBeLessThan(wanted.filter((value) => value === 1).length / 8)
    // pycocotools rounds the outline to a fifth of a pixel and the rows to whole ones: one pixel of the outline may differ.
    for (const index of apart) {
      const centre: [number, number] = [(index % columns) + 0.5, Math.floor(index / columns) + 0.5]
      expect(distanceToOutline(centre, rings)).toBeLessThanOrEqual(1)
    }
  })

  it('a box counts where there is no outline; categories are segments; what belongs to no image is said', async () => {
    const path = `${fixtures}coco.json#box-only.png`
    const read = await readMask(path, image)
    expect(read.voxels).toBe(12)
    expect(read.labelmap.voxels[5 * columns + 10] + read.labelmap.voxels[7 * columns + 13]).toBe(2)
    expect(read.labelmap.voxels[5 * columns + 14] + read.labelmap.voxels[8 * columns + 10]).toBe(0)
    expect(read.warnings.join()).toContain('far edge not inside')
    expect(read.warnings.join()).toContain('1 annotations belong to no image')
    const { segmentation } = await readSegments(path, image)
    expect(segmentation.segments.map(({ label }) => label)).toEqual(['effusion'])
  })

  it('an image of another size, an unknown image and none named are refused', async () => {
    const path = `${fixtures}coco.json`
    await expect(readMask(`${path}#plain-disc.png`, blank(columns + 1, rows))).rejects.toMatchObject({
      code: 'bad-mask',
      message: expect.stringContaining('57 × 40') as string
    })
    await expect(readMask(`${path}#gone.png`, image)).rejects.toThrow('none of them is “gone.png”')
    await expect(readMask(path, image)).rejects.toThrow('which image is meant is not said')
  })
})

function polygonRings(name: string): [number, number][][] {
  const coco = JSON.parse(readFileSync(`${fixtures}coco.json`, 'utf8')) as {
    images: { id: number; file_name: string }[]
    annotations: { image_id: number; segmentation: number[][] }[]
  }
  const { id } = coco.images.find((entry) => entry.file_name.endsWith(`polygon-${name}.png`))!
  return coco.annotations
    .find((entry) => entry.image_id === id)!
    .segmentation.map((ring) =>
      ring.flatMap((x, index): [number, number][] => (index % 2 === 0 ? [[x, ring[index + 1]]] : []))
    )
}

function distanceToOutline([x, y]: [number, number], rings: [number, number][][]): number {
  const distances = rings.flatMap((ring) =>
    ring.map(([x0, y0], index) => {
      const [x1, y1] = ring[(index + 1) % ring.length]
      const length2 = (x1 - x0) ** 2 + (y1 - y0) ** 2
      const share =
        length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length2))
      return Math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0))
    })
  )
  return Math.min(...distances)
}

describe('run-length tables', () => {
  it.each(Object.keys(expected.siim))(
    'SIIM (relative, −1 for none, rows joined) and Kaggle (absolute): %s',
    async (name) => {
      expect(await voxels(`${fixtures}siim.csv`, { caseName: name })).toEqual(voxelsOf(expected.siim[name]))
      expect(await voxels(`${fixtures}kaggle.csv`, { imageName: `${name}.png` })).toEqual(
        voxelsOf(expected.kaggle[name])
      )
    }
  )

  it('say how they count', async () => {
    expect((await readAnnotations(`${fixtures}siim.csv`))?.rule).toContain(
      'counted from the end of the run before, from 0'
    )
    expect((await readAnnotations(`${fixtures}kaggle.csv`))?.rule).toContain('counted from the first pixel, which is 1')
  })

  it('one that does not show how it counts is refused, with a column that says it', async () => {
    const path = written('one.csv', 'ImageId,EncodedPixels\na,10 3\n')
    await expect(readMask(path, image)).rejects.toMatchObject({
      code: 'bad-mask',
      hint: expect.stringContaining('EncodedPixelsRelative') as string
    })
    const relative = await voxels(written('rel.csv', 'ImageId,EncodedPixelsRelative\na,10 3\n'))
    expect(relative.flatMap((value, index) => (value === 1 ? [index] : []))).toEqual(
      [10, 11, 12].map((row) => row * columns)
    )
    const absolute = await voxels(written('abs.csv', 'ImageId,EncodedPixelsAbsolute\na,10 3\n'))
    expect(absolute.flatMap((value, index) => (value === 1 ? [index] : []))).toEqual(
      [9, 10, 11].map((row) => row * columns)
    )
  })

  it('runs that leave the image and cells that are no runs are refused', async () => {
    const long = written('long.csv', `ImageId,EncodedPixelsAbsolute\na,${rows * columns} 2\n`)
    await expect(readMask(long, image)).rejects.toThrow('leaves the image')
    const odd = written('odd.csv', 'ImageId,EncodedPixelsAbsolute\na,1 2 3\n')
    await expect(readMask(odd, image)).rejects.toThrow('row 2')
  })
})

describe('VGG Image Annotator', () => {
  const shape = (name: string, more: object, finding = 'nodule'): object => ({
    shape_attributes: { name, ...more },
    region_attributes: { finding }
  })
  const rect = shape('rect', { x: 4, y: 3, width: 5, height: 2 })
  const circle = shape('circle', { cx: 30, cy: 20, r: 6.3 }, 'mass')
  const turned = shape('ellipse', { cx: 30, cy: 20, rx: 12, ry: 4, theta: 0.7 })
  const outline = { all_points_x: [10, 20, 20, 10], all_points_y: [10, 10, 25, 25] }
  const file = (regions: unknown): object => ({
    'a.png123': { filename: 'a.png', size: 123, regions, file_attributes: {} }
  })

  it('rectangles, circles and ellipses cover the pixels whose centres they hold', async () => {
    expect((await readMask(written('rect.json', file([rect])), image)).voxels).toBe(10)
    const inCircle = image.voxels.map((_, index) =>
      Number(Math.hypot((index % columns) + 0.5 - 30, Math.floor(index / columns) + 0.5 - 20) <= 6.3)
    )
    expect(await voxels(written('circle.json', file([circle])))).toEqual([...inCircle])
    const area = (await readMask(written('ellipse.json', file([turned])), image)).voxels
    expect(Math.abs(area - Math.PI * 12 * 4)).toBeLessThan(6)
  })

  it('polygons, lines closed to outlines, points left out; both said; version 1, 2 and projects alike', async () => {
    const regions = [shape('polygon', outline), shape('point', { cx: 1, cy: 1 })]
    const wanted = await voxels(written('v2.json', file(regions)))
    expect(wanted.filter((value) => value === 1)).toHaveLength(150)
    expect(await voxels(written('v1.json', file({ 0: regions[0], 1: regions[1] })))).toEqual(wanted)
    expect(
      await voxels(
        written('project.json', { _via_settings: {}, _via_img_metadata: file(regions), _via_attributes: {} })
      )
    ).toEqual(wanted)
    const line = await readMask(written('line.json', file([shape('polyline', outline), regions[1]])), image)
    expect([...line.labelmap.voxels]).toEqual(wanted)
    expect(line.warnings.join()).toContain('1 open lines were closed')
    expect(line.warnings.join()).toContain('1 points have no area')
  })

  it('attributes name the segments', async () => {
    const { segmentation } = await readSegments(written('two.json', file([rect, circle, turned])), image)
    expect(segmentation.segments.map(({ label }) => label)).toEqual(['nodule', 'mass'])
    const ticks = { ...rect, region_attributes: { kinds: { mass: true, node: false } } }
    expect((await readAnnotations(written('ticks.json', file([ticks]))))?.regions[0].label).toBe('mass')
  })

  it('a region that is none is refused, and so are other JSON files', async () => {
    await expect(readMask(written('none.json', file([shape('rect', { x: 1 })])), image)).rejects.toThrow('a.png')
    await expect(readMask(written('other.json', { a: 1 }), image)).rejects.toThrow(
      'no outlines or boxes of a known form'
    )
    await expect(readMask(written('text.json', '{'), image)).rejects.toThrow('not readable JSON')
  })
})

describe('boxes of others', () => {
  it('RSNA: far edges exclusive, Target 0 is none', async () => {
    const text = 'patientId,x,y,width,height,Target\np1,4.0,3.0,5.0,2.0,1\np1,20,20,2,2,1\np2,,,,,0\n'
    const path = written('rsna.csv', text)
    expect((await readMask(path, image, { caseName: 'p1' })).voxels).toBe(14)
    const none = await readMask(path, image, { caseName: 'p2' })
    expect([none.voxels, none.warnings.join()]).toEqual([0, expect.stringContaining('is empty')])
    await expect(
      readMask(written('bad.csv', 'patientId,x,y,width,height,Target\np1,4,3,0,2,1\n'), image)
    ).rejects.toThrow('row 2')
  })

  it('NIH: the header with its four columns in one', async () => {
    const text =
      'Image Index,Finding Label,Bbox [x,y,w,h],,,\n00013118_008.png,Atelectasis,4.5,3.5,5,2,,,\n00014716_007.png,Mass,1,1,2,2,,,\n'
    const path = written('nih.csv', text)
    expect((await readMask(path, image, { imageName: '00013118_008.png' })).voxels).toBe(10)
    const { segmentation } = await readSegments(`${path}#00014716_007.png`, image)
    expect(segmentation.segments.map(({ label }) => label)).toEqual(['Mass'])
  })

  it('mednet: objects with sizes and lists of corners mean the same', async () => {
    const objects = {
      train: [
        ['imgs/tb/tb0003.png', 1, [{ label: 1, xmin: 4, ymin: 3, width: 5, height: 2 }]],
        ['imgs/health/h1.png', 0]
      ]
    }
    const listed = { train: [['imgs/tb/tb0003.png', 1, [[1, 4, 3, 5, 2]]]] }
    expect(await voxels(written('listed.json', listed))).toEqual(
      await voxels(written('o.json', objects), { imageName: 'tb0003.png' })
    )
    const corners = { test: [['imgs/tb/tb0003.png', 1, [[4, 3, 9, 5]]]] }
    const wanted = await voxels(written('objects.json', objects), { imageName: 'tb0003.png' })
    expect(wanted.filter((value) => value === 1)).toHaveLength(10)
    expect(await voxels(written('corners.json', corners))).toEqual(wanted)
    expect((await readMask(written('objects.json', objects), image, { imageName: 'h1.png' })).voxels).toBe(0)
    await expect(readMask(written('wrong.json', { test: [['a.png', 1, [[4, 3, 4, 5]]]] }), image)).rejects.toThrow(
      'sample 1'
    )
  })
})
