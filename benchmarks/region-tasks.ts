import { inputRegions, regionMap } from '@engine/attribution/region-map'
import { gaussianFilter } from '@engine/tensor/gaussian-filter'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'
import type { Task } from './task'

const channels = 3

/** Smooth noise with a little grain: as many segments as an image has. */
function smoothImage(size: number): Tensor {
  const stream = randomStream(0, 'xrai image')
  const pixels = size * size
  const data = new Float32Array(channels * pixels)
  for (let channel = 0; channel < channels; channel++) {
    const noise = Float64Array.from({ length: pixels }, () => stream.normal())
    const smooth = gaussianFilter({ data: noise, shape: [size, size] }, [6, 6], 'mirrored')
    for (let pixel = 0; pixel < pixels; pixel++) data[channel * pixels + pixel] = smooth[pixel] + 0.02 * stream.normal()
  }
  return { data, shape: [1, channels, size, size] }
}

/** XRAI of a given attribution: six segmentations, dilation and ranking. */
export function xraiTask(algorithm: 'full' | 'fast'): Task {
  const size = 299
  return {
    id: `xrai-${algorithm}-${size}`,
    title: `XRAI ${algorithm}, ${size} × ${size}, attribution given`,
    peer: { module: 'xrai', name: 'PAIR saliency', params: { size, algorithm } },
    async prepare() {
      const input = smoothImage(size)
      const stream = randomStream(0, 'xrai attribution')
      const attribution: Tensor = { data: input.data.map(() => stream.normal()), shape: input.shape }
      let regions = 0
      const work = async (): Promise<void> => {
        const found = await inputRegions(input)
        regions = found.masks.length
        regionMap(found, attribution, algorithm)
      }
      await work()
      return { run: work, figures: () => ({ regions }), close: () => undefined }
    }
  }
}
