import { parseExpression } from '@engine/attribution/expression'
import type { GivenParams } from '@engine/attribution/parameters'
import { runExpression } from '@engine/attribution/run-expression'
import { oneHot } from '@engine/attribution/target'
import { asFault } from '@engine/fault'
import { parseModel } from '@engine/graph/parse'
import { type ExplainableModel, makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { quietJob } from '@engine/job'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'
import { MeasuredHost } from './measured-host'
import { imageSize, type NetworkName, networks } from './networks'
import type { Prepared, Task } from './task'

const threads = 2
const job = quietJob()
const start = oneHot(0, 1000)

interface Opened {
  readonly host: MeasuredHost
  readonly model: ExplainableModel
}

/** A network by torchvision's name, and its ONNX file. */
export interface Network {
  readonly name: string
  readonly file: () => Uint8Array
}

const written = (name: NetworkName): Network => ({ name, file: networks[name] })

async function open({ name, file }: Network, rows?: number): Promise<Opened> {
  const host = new MeasuredHost()
  const graph = parseModel(file(), { name, folder: null })
  const probed = await probeOnHost(graph, host, { threads }, job)
  return { host, model: await makeExplainable(probed, host, { black: [-2], white: [2], threads, rows }) }
}

function images(rows: number): Tensor {
  const stream = randomStream(1, 'benchmark image')
  const shape = [rows, 3, imageSize, imageSize]
  return { data: Float32Array.from({ length: rows * 3 * imageSize * imageSize }, () => stream.normal()), shape }
}

const closing =
  ({ host, model }: Opened): (() => void) =>
  () => {
    model.close()
    host.dispose()
  }

/** Input gradient of a batch, with (forward + backward) ÷ forward inside ONNX Runtime. */
export function gradientTask(network: NetworkName | Network, batch: number): Task {
  const source = typeof network === 'string' ? written(network) : network
  return {
    id: `gradient-${source.name}-b${batch}`,
    title: `Input gradient, ${source.name}, batch ${batch}`,
    peer: { module: 'gradient', name: 'torch', params: { network: source.name, batch } },
    async prepare() {
      const opened = await open(source, batch)
      const { host, model } = opened
      const input = images(batch)
      const inside = { forward: [] as number[], both: [] as number[] }
      const timed = async (list: number[], work: () => Promise<unknown>): Promise<void> => {
        host.secondsInside = 0
        await work()
        list.push(host.secondsInside)
      }
      const backward = (): Promise<unknown> =>
        model.backward({ input, start, composite: 'gradient', of: 'logit', wrt: ['input'] }, job)
      const forward = (): Promise<unknown> => model.predict(input, 'logit', job)
      await backward()
      await forward()
      return {
        async run() {
          await timed(inside.forward, forward)
          const begun = performance.now()
          await timed(inside.both, backward)
          return (performance.now() - begun) / 1000
        },
        figures: () => {
          const [forwardMs, bothMs] = [Math.min(...inside.forward) * 1000, Math.min(...inside.both) * 1000]
          return { forwardInsideMs: forwardMs, bothInsideMs: bothMs, bothOverForward: bothMs / forwardMs }
        },
        close: closing(opened)
      }
    }
  }
}

interface MethodTask {
  readonly id: string
  readonly title: string
  readonly expression: string
  readonly params: GivenParams
  readonly peer: Task['peer']
}

/** Steps, or noisy copies, of the methods below. */
const points = 50

/** One map of a method. */
function methodTask(network: NetworkName, { id, title, expression, params, peer }: MethodTask): Task {
  return {
    id: `${id}-${network}`,
    title: `${title}, ${network}`,
    peer,
    async prepare() {
      const opened = await open(written(network))
      const context = { model: opened.model, input: images(1), start, of: 'logit' as const, seed: 1, job }
      // The first long request also finds out how many rows at once are fastest.
      await runExpression(context, parseExpression(expression), params)
      let outside = Infinity
      return {
        async run() {
          opened.host.secondsInside = 0
          const begun = performance.now()
          await runExpression(context, parseExpression(expression), params)
          const seconds = (performance.now() - begun) / 1000
          outside = Math.min(outside, 1 - opened.host.secondsInside / seconds)
        },
        // What interpolation, noise and sums could save at most if they were part of the graph.
        figures: () => ({ percentOutsideRuntime: outside * 100 }),
        close: closing(opened)
      }
    }
  }
}

/** Integrated gradients, Gauss–Legendre, from black. */
export function integratedGradientsTask(network: NetworkName): Task {
  return methodTask(network, {
    id: 'integrated-gradients',
    title: `Integrated gradients, ${points} steps`,
    expression: 'integrated-gradients',
    params: { 'integrated-gradients.steps': points },
    peer: { module: 'integrated_gradients', name: 'captum', params: { network, steps: points } }
  })
}

/** Mean of the signed gradient over noisy copies. */
export function smoothgradTask(network: NetworkName): Task {
  return methodTask(network, {
    id: 'smoothgrad',
    title: `SmoothGrad, ${points} copies`,
    expression: 'gradient+sg',
    params: { 'sg.samples': points },
    peer: { module: 'smoothgrad', name: 'captum', params: { network, samples: points } }
  })
}

/** Relevance by EpsilonPlusFlat, one image. */
export function relevanceTask(network: NetworkName): Task {
  return {
    id: `lrp-epsilon-plus-flat-${network}`,
    title: `LRP EpsilonPlusFlat, ${network}`,
    peer: { module: 'lrp', name: 'zennit', params: { network } },
    async prepare() {
      const opened = await open(written(network))
      const context = { model: opened.model, input: images(1), start, of: 'logit' as const, seed: 1, job }
      const expression = parseExpression('lrp-epsilon-plus-flat')
      await runExpression(context, expression)
      return {
        async run() {
          await runExpression(context, expression)
        },
        close: closing(opened)
      }
    }
  }
}

/** From asking to stop, in the middle of a run, to the answer; and to the next gradient in a new process. */
export function cancelTask(network: NetworkName): Task {
  return {
    id: 'cancel',
    title: `Cancel in a run, ${network} batch 8`,
    async prepare(): Promise<Prepared> {
      const opened = await open(written(network), 8)
      const { model } = opened
      const request = { input: images(8), start, composite: 'gradient' as const, of: 'logit' as const, wrt: ['input'] }
      const single = { ...request, input: images(1) }
      const recovery: number[] = []
      await model.backward(single, job)
      return {
        async run() {
          const stop = new AbortController()
          const running = model
            .backward(request, quietJob(stop.signal))
            .catch((thrown: unknown) => asFault(thrown).code)
          await new Promise((resolve) => setTimeout(resolve, 100))
          const asked = performance.now()
          stop.abort()
          const outcome = await running
          const answered = (performance.now() - asked) / 1000
          if (outcome !== 'cancelled') process.stderr.write('the run ended before it was cancelled\n')
          await model.backward(single, job)
          recovery.push(performance.now() - asked)
          return answered
        },
        figures: () => ({ nextGradientMs: Math.min(...recovery) }),
        close: closing(opened)
      }
    }
  }
}
