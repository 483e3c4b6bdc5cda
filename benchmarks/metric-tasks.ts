import { averagePrecision } from '@engine/metrics/average-precision'
import { rankPixels } from '@engine/metrics/ranking'
import { defaultSsim, ssim } from '@engine/metrics/structural-similarity'
import { randomStream } from '@engine/tensor/random'
import type { Task } from './task'

function noise(count: number, key: string): Float32Array {
  const stream = randomStream(0, key)
  return Float32Array.from({ length: count }, () => stream.uniform())
}

/** Mean SSIM of two noise images, uniform window of 7. */
export const ssimTask: Task = {
  id: 'ssim-512',
  title: 'SSIM 512 × 512, uniform window 7',
  peer: { module: 'ssim', name: 'scikit-image', params: { size: 512 } },
  prepare() {
    const [a, b] = [noise(512 * 512, 'a'), noise(512 * 512, 'b')]
    return Promise.resolve({
      run: () => {
        ssim(a, b, [512, 512], { ...defaultSsim, dataRange: 2 })
        return Promise.resolve()
      },
      close: () => undefined
    })
  }
}

/** Average precision of a noise map against a rectangle, sorting included. */
export const averagePrecisionTask: Task = {
  id: 'average-precision-1024',
  title: 'Average precision 1024 × 1024',
  peer: { module: 'average_precision', name: 'scikit-learn', params: { size: 1024 } },
  prepare() {
    const map = noise(1024 * 1024, 'scores')
    const mask = new Uint8Array(1024 * 1024)
    for (let y = 200; y < 500; y++) mask.fill(1, y * 1024 + 300, y * 1024 + 700)
    return Promise.resolve({
      run: () => {
        averagePrecision(rankPixels(map, mask))
        return Promise.resolve()
      },
      close: () => undefined
    })
  }
}
