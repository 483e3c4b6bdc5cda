import { setImmediate } from 'node:timers/promises'
import { dilatedMasks } from '@engine/attribution/segmentation/dilate'
import { felzenszwalb, type Labels, pixelGraph } from '@engine/attribution/segmentation/felzenszwalb'
import type { Regions } from '@engine/attribution/segmentation/regions'
import { halfPixel, splineResize } from '@engine/tensor/spline-resize'

// PAIR's settings (definitions A1-10): published with XRAI, Kapishnikov et al., ICCV 2019.
const workingSize = 224
const scales = [50, 100, 150, 250, 500, 1200]
const sigma = 0.8
const minSize = 150
const dilation = 5

/**
 * XRAI's overlapping regions of an image `[C, height, width]`: the image is brought to [−1, 1] and 224 × 224, cut by Felzenszwalb's
 * method at six scales, and every segment grows by five pixels of the image.
 */
export async function imageRegions(image: Float32Array, [height, width]: readonly [number, number]): Promise<Regions> {
  const pixels = height * width
  const planes = scaledPlanes(image, pixels).map((data) =>
    splineResize({ data, shape: [height, width] }, [workingSize, workingSize], [-1, 1])
  )
  await setImmediate()
  const graph = pixelGraph({ planes, height: workingSize, width: workingSize }, sigma)
  const masks: Uint32Array[] = []
  for (const scale of scales) {
    await setImmediate()
    const segments = enlarged(felzenszwalb(graph, scale, minSize), height, width)
    masks.push(...dilatedMasks(segments, [1, height, width], dilation))
  }
  return { cells: pixels, cellOf: null, masks }
}

/** One plane per channel, the least value of all channels at −1 and the largest at 1; a flat image is all 0. */
function scaledPlanes(image: Float32Array, pixels: number): Float64Array[] {
  let low = Infinity
  let high = -Infinity
  for (const value of image) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const span = high - low
  return Array.from({ length: image.length / pixels }, (_, channel) =>
    Float64Array.from(image.subarray(channel * pixels, (channel + 1) * pixels), (value) =>
      span > 0 ? ((value - low) / span) * 2 - 1 : 0
    )
  )
}

/** Labels back on the image's own grid, nearest neighbour. */
function enlarged({ labels, count }: Labels, height: number, width: number): Labels {
  const nearest = (to: number): Int32Array =>
    Int32Array.from({ length: to }, (_, index) => Math.floor(halfPixel(index, workingSize, to) + 0.5))
  const [rows, columns] = [nearest(height), nearest(width)]
  const out = new Int32Array(height * width)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[y * width + x] = labels[rows[y] * workingSize + columns[x]]
  }
  return { labels: out, count }
}
