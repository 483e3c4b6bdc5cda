import { oneHot } from '@engine/attribution/target'
import { parseModel } from '@engine/graph/parse'
import { makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { quietJob } from '@engine/job'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'
import { MeasuredHost } from './measured-host'
import { childrenRunning, peakMemoryMiB } from './peak-memory'
import type { Task } from './task'
import { conv5fc3, volumeClasses, volumeSize } from './volume-network'

const threads = 2
const job = quietJob()

function volume(): Tensor {
  const stream = randomStream(1, 'benchmark volume')
  const count = volumeSize.reduce((product, edge) => product * edge, 1)
  return { data: Float32Array.from({ length: count }, () => stream.normal()), shape: [1, 1, ...volumeSize] }
}

/** Input gradient of a Conv5_FC3-like network at 169 × 208 × 179, with the peak memory of the process that computes it. */
export const volumeGradientTask: Task = {
  id: 'gradient-conv3d',
  title: 'Input gradient, Conv5_FC3-like, 169 × 208 × 179',
  peer: { module: 'conv3d', name: 'torch', params: {} },
  async prepare() {
    const host = new MeasuredHost()
    const graph = parseModel(conv5fc3(), { name: 'conv5fc3', folder: null })
    const probed = await probeOnHost(graph, host, { threads }, job)
    const model = await makeExplainable(probed, host, { black: [0], white: [1], threads })
    const input = volume()
    const start = oneHot(0, volumeClasses)
    const gradient = (): Promise<unknown> =>
      model.backward({ input, start, composite: 'gradient', of: 'logit', wrt: ['input'] }, job)
    await gradient()
    return {
      async run() {
        await gradient()
      },
      figures: (): Readonly<Record<string, number>> => {
        const peaks = childrenRunning('inference-process').flatMap((pid) => peakMemoryMiB(pid) ?? [])
        return peaks.length === 0 ? {} : { peakMiB: Math.max(...peaks) }
      },
      close: () => {
        model.close()
        host.dispose()
      }
    }
  }
}
