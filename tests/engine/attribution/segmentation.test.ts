import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { joinedPieces } from '@engine/attribution/segmentation/connected'
import { dilatedMasks } from '@engine/attribution/segmentation/dilate'
import { felzenszwalb, pixelGraph } from '@engine/attribution/segmentation/felzenszwalb'
import { imageRegions } from '@engine/attribution/segmentation/image-regions'
import { type CellSums, rankRegions } from '@engine/attribution/segmentation/rank-regions'
import type { Extent } from '@engine/attribution/segmentation/regions'
import { slic } from '@engine/attribution/segmentation/slic'
import { volumeRegions } from '@engine/attribution/segmentation/volume-regions'
import { randomStream } from '@engine/tensor/random'
import { splineResize } from '@engine/tensor/spline-resize'
import { readGoldenNpy, sharedFolder } from '../../support/golden'

const shared = sharedFolder()
const metrics = join(shared ?? '', 'golden', 'metrics')
const golden = (name: string): Float32Array => readGoldenNpy(join(metrics, name)).data

/** Sixteen-bit labels of the golden set. */
function goldenLabels(name: string): Uint16Array {
  const bytes = readFileSync(join(metrics, name))
  const start = 10 + bytes.readUInt16LE(8)
  expect(bytes.toString('latin1', 10, start)).toContain("'<u2'")
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
}

describe.skipIf(shared === null)('segmentation against scikit-image', () => {
  const resized = shared === null ? new Float32Array() : golden('felz_image_resized224.npy')
  const planes = [0, 1, 2].map((channel) =>
    Float64Array.from({ length: 224 * 224 }, (_, pixel) => resized[pixel * 3 + channel])
  )

  it('resize of order 3: 75 × 83 to 224 × 224', () => {
    const image = golden('felz_image_75x83.npy')
    const [low, high] = [Math.min(...image), Math.max(...image)]
    for (const channel of [0, 1, 2]) {
      const plane = Float64Array.from(
        image.subarray(channel * 6225, (channel + 1) * 6225),
        (value) => ((value - low) / (high - low)) * 2 - 1
      )
      const found = splineResize({ data: plane, shape: [75, 83] }, [224, 224], [-1, 1])
      const worst = found.reduce((most, value, pixel) => Math.max(most, Math.abs(value - planes[channel][pixel])), 0)
      // The stored array is float32: half of its last place at 1.
      expect(worst).toBeLessThan(6e-8)
    }
  })

  const graph = shared === null ? null : pixelGraph({ planes, height: 224, width: 224 }, 0.8)
  it.each([50, 100, 150, 250, 500, 1200])('labels at scale %i are the same, number by number', (scale) => {
    const { labels } = felzenszwalb(graph as NonNullable<typeof graph>, scale, 150)
    expect(
      Buffer.compare(
        Buffer.from(Uint16Array.from(labels).buffer),
        Buffer.from(goldenLabels(`felz_${scale}_labels.npy`).buffer)
      )
    ).toBe(0)
  })

  it.each([1, 10, 50])('labels of one channel at scale %i are the same', (scale) => {
    const image = pixelGraph({ planes: [Float64Array.from(golden('felz_gray64.npy'))], height: 64, width: 64 }, 0.8)
    expect(Uint16Array.from(felzenszwalb(image, scale, 20).labels)).toEqual(goldenLabels(`felz_gray64_${scale}.npy`))
  })

  it('the 118 dilated masks of PAIR, from the image on', async () => {
    const { masks } = await imageRegions(golden('felz_image_75x83.npy'), [75, 83])
    const packed = golden('xrai_dilated_masks.npy')
    expect(masks).toHaveLength(118)
    masks.forEach((mask, index) => {
      const bits = new Uint8Array(779)
      for (const pixel of mask) bits[pixel >> 3] |= 128 >> (pixel & 7)
      expect(Array.from(bits)).toEqual(Array.from(packed.subarray(index * 779, (index + 1) * 779)))
    })
  })

  // vgg2d's channels have ranges of their own; groupnorm2d has one channel and odd sides.
  it.each(['vgg2d', 'groupnorm2d', 'vit'])('the dilated masks of %s’s input, from the image on', async (id) => {
    const folder = join(shared ?? '', 'golden', id)
    const input = readGoldenNpy(join(folder, 'input.npy'))
    const stored = readGoldenNpy(join(folder, 'xrai_segments.npy'))
    const [height, width] = input.shape.slice(2)
    const { masks, cells } = await imageRegions(input.data, [height, width])
    expect([masks.length, height, width]).toEqual(stored.shape)
    masks.forEach((mask, index) => {
      const found = new Float32Array(cells)
      for (const pixel of mask) found[pixel] = 1
      expect(
        Buffer.from(found.buffer).equals(Buffer.from(stored.data.slice(index * cells, (index + 1) * cells).buffer))
      ).toBe(true)
    })
  })

  it('a flat image is one region at every scale', async () => {
    const { masks } = await imageRegions(new Float32Array(40 * 30).fill(3), [40, 30])
    expect(masks.map((mask) => mask.length)).toEqual([1200, 1200, 1200, 1200, 1200, 1200])
  })
})

describe('dilatedMasks', () => {
  it.each([
    [[1, 12, 15], 3],
    [[6, 7, 5], 2]
  ] as const)('in %j by %i: every cell within the radius, counted by brute force', (extent, radius) => {
    const stream = randomStream(2, 'labels')
    const [depth, height, width] = extent
    const labels = Int32Array.from({ length: depth * height * width }, () =>
      stream.uniform() < 0.8 ? 0 : 1 + stream.integer(3)
    )
    const place = (cell: number): number[] => [
      Math.floor(cell / (height * width)),
      Math.floor(cell / width) % height,
      cell % width
    ]
    dilatedMasks({ labels, count: 4 }, extent, radius).forEach((mask, label) => {
      const near = Array.from(labels, (_, cell) => cell).filter((cell) =>
        labels.some(
          (other, from) =>
            other === label &&
            place(cell).reduce((sum, at, axis) => sum + (at - place(from)[axis]) ** 2, 0) <= radius ** 2
        )
      )
      expect(Array.from(mask).sort((a, b) => a - b)).toEqual(near)
    })
  })
})

describe('rankRegions', () => {
  const cells = 900
  const stream = randomStream(3, 'regions')
  const sums = Float64Array.from({ length: cells }, () => stream.normal())
  const counts = new Float64Array(cells).fill(1)
  const masks = Array.from({ length: 25 }, () => {
    const [y, x, h, w] = [stream.integer(20), stream.integer(20), 8 + stream.integer(10), 8 + stream.integer(10)]
    const inside = Array.from({ length: cells }, (_, cell) => cell).filter((cell) => {
      const [row, column] = [Math.floor(cell / 30), cell % 30]
      return row >= y && row < y + h && column >= x && column < x + w
    })
    return Uint32Array.from(inside)
  })
  const meanOf = (some: readonly number[]): number => some.reduce((sum, cell) => sum + sums[cell], 0) / some.length

  /** The algorithm by the book: every gain counted anew each time. */
  function byTheBook(): { values: number[]; turns: number[] } {
    const values = new Array<number>(cells).fill(NaN)
    const turns = new Array<number>(cells).fill(0)
    let turn = 0
    let open = masks.map((mask) => [...mask])
    for (;;) {
      open = open.map((mask) => mask.filter((cell) => Number.isNaN(values[cell]))).filter((mask) => mask.length >= 50)
      if (open.length === 0) break
      const best = open.reduce((one, other) => (meanOf(other) > meanOf(one) ? other : one))
      const gain = meanOf(best)
      turn += 1
      for (const cell of best) {
        values[cell] = gain
        turns[cell] = turn
      }
    }
    const rest = values.flatMap((value, cell) => (Number.isNaN(value) ? [cell] : []))
    for (const cell of rest) {
      values[cell] = meanOf(rest)
      turns[cell] = turn + 1
    }
    return { values, turns }
  }

  it('full is the greedy union by the book', () => {
    const found = rankRegions({ masks, cells }, { sums, counts }, 'full')
    const { values, turns } = byTheBook()
    values.forEach((value, cell) => expect(found.values[cell]).toBeCloseTo(value, 10))
    // Which region took each cell, and that none was left over.
    expect(Array.from(found.turns)).toEqual(turns)
    expect(found.count).toBe(Math.max(...turns))
  })

  it('fast goes by the means of the whole regions', () => {
    const two = [Uint32Array.from({ length: 60 }, (_, i) => i), Uint32Array.from({ length: 60 }, (_, i) => i + 30)]
    const attribution = {
      sums: Float64Array.from({ length: 120 }, (_, i) => (i < 30 ? 0 : i < 60 ? 4 : 1)),
      counts: new Float64Array(120).fill(1)
    }
    // Means 2 and 2.5: the second comes first, the first would add 30 pixels only and is left out.
    const found = rankRegions({ masks: two, cells: 120 }, attribution, 'fast')
    expect(found.values[40]).toBe(2.5)
    expect(found.values[80]).toBe(2.5)
    expect(found.values[0]).toBeCloseTo(30 / 60, 12)
  })

  it('a cell of several pixels weighs as many', () => {
    const attribution: CellSums = { sums: Float64Array.of(100, 10, 7), counts: Float64Array.of(100, 50, 7) }
    const found = rankRegions({ masks: [Uint32Array.of(0, 1), Uint32Array.of(2)], cells: 3 }, attribution, 'full')
    expect(found.values[0]).toBeCloseTo(110 / 150, 12)
    // Seven pixels are fewer than fifty: left over.
    expect(found.values[2]).toBe(1)
  })
})

describe('volumes', () => {
  /** A bright box in a dark volume. */
  const extent: Extent = [24, 20, 22]
  const boxed = (depth: number, height: number, width: number): Float32Array =>
    Float32Array.from({ length: depth * height * width }, (_, cell) => {
      const at = [
        Math.floor(cell / (height * width)) / depth,
        (Math.floor(cell / width) % height) / height,
        (cell % width) / width
      ]
      return at.every((share) => share >= 0.25 && share < 0.6) ? 1 : 0
    })

  it('supervoxels cover the volume, hang together, and stop at an edge', async () => {
    const image = boxed(...extent)
    const { labels, count } = await slic({ planes: [Float64Array.from(image)], extent }, 60)
    expect(count).toBeGreaterThan(30)
    expect(count).toBeLessThan(90)
    expect(new Set(labels).size).toBe(count)
    expect(joinedPieces(labels, extent, 0).count).toBe(count)
    let crossing = 0
    for (let label = 0; label < count; label++) {
      const inside = labels.reduce((sum, own, cell) => sum + (own === label ? image[cell] : 0), 0)
      const size = labels.reduce((sum, own) => sum + (own === label ? 1 : 0), 0)
      crossing += Math.min(inside, size - inside)
    }
    // Undersegmentation error: cells on the wrong side of the box's border.
    expect(crossing / labels.length).toBeLessThan(0.01)
    expect(Array.from((await slic({ planes: [Float64Array.from(image)], extent }, 60)).labels)).toEqual(
      Array.from(labels)
    )
  })

  it('a working grid of at most 64 cells; every voxel in one cell, every cell in a region of every size', async () => {
    const large: Extent = [90, 40, 70]
    const { cells, cellOf, masks } = await volumeRegions(boxed(...large), large)
    expect(cells).toBe(64 * 28 * 50)
    expect(new Set(cellOf).size).toBe(cells)
    const covered = new Uint8Array(cells)
    for (const mask of masks) for (const cell of mask) covered[cell] = Math.min(200, covered[cell] + 1)
    expect(Math.min(...covered)).toBeGreaterThanOrEqual(5)
  })

  it('small pieces join the one before them', () => {
    const labels = Int32Array.of(0, 0, 0, 1, 0, 0, 2, 2, 2)
    expect(Array.from(joinedPieces(labels, [1, 1, 9], 2).labels)).toEqual([0, 0, 0, 0, 1, 1, 2, 2, 2])
    expect(joinedPieces(labels, [1, 1, 9], 0).count).toBe(4)
  })
})
