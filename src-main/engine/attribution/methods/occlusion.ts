import * as v from 'valibot'
import { resolveBaselines } from '@engine/attribution/baseline'
import { chunkSize } from '@engine/attribution/chunk'
import { zeiler2014 } from '@engine/attribution/citations'
import { explainedScores } from '@engine/attribution/explained-scores'
import type { AttributionContext, AttributionMethod, PreliminaryMap } from '@engine/attribution/method'
import { slidingWindows, type Windows } from '@engine/attribution/methods/occlusion-windows'
import { baselineParam, sizesParam } from '@engine/attribution/param'
import { Fault } from '@engine/fault'
import { throwIfCancelled } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'

const params = v.object({
  window: sizesParam({
    title: 'Window',
    description:
      'Size of the covered patch, channel first, such as 3,16,16. All channels and an eighth of each side when not given.'
  }),
  stride: sizesParam({
    title: 'Stride',
    description: 'Step between patches, channel first. Half the window when not given (all channels at once).'
  }),
  baseline: baselineParam(
    { title: 'Filling', description: 'What covers the patch: a number, black, white, or an NPY file.' },
    0
  )
})
type Params = v.InferOutput<typeof params>

const windowsAtOnce = 32

export const occlusion: AttributionMethod<Params> = {
  id: 'occlusion',
  title: 'Occlusion',
  group: 'Weights-free',
  words: {
    shows: 'How much the score falls when a patch is covered, patch by patch.',
    goodFor: 'Any model, also those without gradients; a direct what-if question.',
    notFor: 'Details smaller than the patch, or findings that two places show at once.',
    failureModes:
      'The covering patch is itself something the model has never seen; its size and filling change the result.',
    classInsensitive: false
  },
  citation: zeiler2014,
  needs: ['baseline'],
  params,
  passes: (given, inputShape) => {
    const { window, stride } = sizes(given, inputShape)
    return slidingWindows(inputShape, window, stride).count / 3
  },
  async attribute(context, given) {
    const shape = context.model.inputShape
    const { window, stride } = sizes(given, shape)
    const [filling, second] = await resolveBaselines('occlusion.baseline', given.baseline, context)
    if (second !== undefined) {
      throw new Fault('bad-parameter', 'occlusion.baseline takes one filling, not black-white.', {
        subject: 'occlusion.baseline'
      })
    }
    const windows = slidingWindows(shape, window, stride)
    const map = await meanDrop(context, windows, filling)
    return { map, notes: { windows: windows.count, window: window.join(','), stride: stride.join(',') } }
  }
}

/** The stated sizes, or the defaults for this input. Throws Fault `bad-parameter` when their length is not that of the input. */
function sizes(given: Params, shape: readonly number[]): { window: readonly number[]; stride: readonly number[] } {
  const window =
    given.window ?? shape.map((extent, axis) => (axis === 0 ? extent : Math.max(1, Math.round(extent / 8))))
  const stride = given.stride ?? window.map((size, axis) => (axis === 0 ? size : Math.max(1, Math.floor(size / 2))))
  for (const [name, list] of Object.entries({ window, stride })) {
    if (list.length === shape.length) continue
    throw new Fault(
      'bad-parameter',
      `occlusion.${name} has ${list.length} sizes, but the model's input has ${shape.length} axes.`,
      {
        subject: `occlusion.${name}`,
        hint: `Give the channel first, then ${shape.length - 1} spatial sizes.`
      }
    )
  }
  return { window, stride }
}

/** For each pixel the mean, over the windows that cover it, of score(image) − score(image with the window filled). */
async function meanDrop(context: AttributionContext, windows: Windows, filling: Tensor): Promise<Tensor> {
  const { model, input, of, job } = context
  const whole = explainedScores(await model.predict(input, of, job), context.start)[0]
  const size = input.data.length
  const sum = new Float64Array(size)
  const cover = new Float64Array(size)
  const chunk = chunkSize(size, windowsAtOnce)
  // Pixels no window has reached yet are 0; in the end every pixel is covered.
  const meanSoFar = (): Tensor => ({
    data: Float32Array.from(sum, (value, index) => (cover[index] === 0 ? 0 : value / cover[index])),
    shape: input.shape
  })
  for (let first = 0; first < windows.count; first += chunk) {
    throwIfCancelled(job)
    const count = Math.min(chunk, windows.count - first)
    const batch = new Float32Array(count * size)
    for (let step = 0; step < count; step++) {
      batch.set(input.data, step * size)
      windows.visit(first + step, (index) => (batch[step * size + index] = filling.data[index]))
    }
    const scores = explainedScores(
      await model.predict({ data: batch, shape: [count, ...input.shape.slice(1)] }, of, job),
      context.start
    )
    for (let step = 0; step < count; step++) {
      const drop = whole - scores[step]
      windows.visit(first + step, (index) => {
        sum[index] += drop
        cover[index] += 1
      })
    }
    const done = first + count
    job.progress('patches', done, windows.count)
    job.partial?.({ kind: 'preliminary', map: meanSoFar(), done, total: windows.count } satisfies PreliminaryMap)
  }
  return meanSoFar()
}
