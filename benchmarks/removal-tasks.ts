import { roadScores } from '@engine/criteria/perturbation-scores'
import { gaussianFilter } from '@engine/tensor/gaussian-filter'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'
import type { Task } from './task'

const percentiles = [10, 20, 30, 40, 50, 60, 70, 80, 90]

/** Smooth noise, one plane. */
function smoothPlane(size: number, width: number, key: string): Float64Array {
  const stream = randomStream(0, key)
  const noise = Float64Array.from({ length: size * size }, () => stream.normal())
  return gaussianFilter({ data: noise, shape: [size, size] }, [width, width], 'mirrored')
}

/** ROAD combined: eighteen imputations of three channels and their noise; the model is the mean of each channel, so that imputation is what is timed. */
export const roadTask: Task = {
  id: 'road-224',
  title: 'ROAD combined 224 × 224, 9 percentiles, imputation without a network',
  peer: { module: 'road', name: 'pytorch-grad-cam', params: { size: 224 } },
  prepare() {
    const size = 224
    const pixels = size * size
    const data = new Float32Array(3 * pixels)
    for (let channel = 0; channel < 3; channel++) data.set(smoothPlane(size, 5, `road ${channel}`), channel * pixels)
    const input: Tensor = { data, shape: [1, 3, size, size] }
    const map = Float32Array.from(smoothPlane(size, 12, 'road map'))
    const answers = (inputs: readonly Tensor[]): Promise<number[]> =>
      Promise.resolve(
        inputs.map((image) => image.data.subarray(0, pixels).reduce((sum, value) => sum + value, 0) / pixels)
      )
    const settings = { percentiles, removal: 'percentile', noise: 0.01, noiseOf: 'unit' } as const
    return Promise.resolve({
      run: async () => void (await roadScores({ input, map, before: 0, seed: 0 }, answers, settings)),
      close: () => undefined
    })
  }
}
