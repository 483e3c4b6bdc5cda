import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { loadParameterTensor, resolveBaselines } from '@engine/attribution/baseline'
import { chunkSize } from '@engine/attribution/chunk'
import { petsiuk2018 } from '@engine/attribution/citations'
import { explainedScores } from '@engine/attribution/explained-scores'
import type { AttributionContext, AttributionMethod, PreliminaryMap } from '@engine/attribution/method'
import { type MaskSource, randomMasks, storedMasks } from '@engine/attribution/methods/rise-masks'
import { baselineParam, fileParam, integerParam, numberParam, openIntegerParam } from '@engine/attribution/param'
import { Fault } from '@engine/fault'
import { throwIfCancelled } from '@engine/job'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

const defaultMasks = 4000

const params = v.object({
  masks: openIntegerParam(
    {
      title: 'Masks',
      description: `Random masks to look through; ${defaultMasks} when not given, or all rows of the masks file.`
    },
    { min: 1, max: 100_000 }
  ),
  probability: numberParam(
    { title: 'Probability', description: 'Chance of a grid cell to be seen.' },
    { default: 0.5, min: 0.01, max: 0.99 }
  ),
  grid: integerParam(
    { title: 'Grid', description: 'Cells along each axis; masks are enlarged from it and shifted by chance.' },
    { default: 8, min: 1, max: 64 }
  ),
  baseline: baselineParam(
    {
      title: 'Filling',
      description: 'What is seen where a mask hides the image: a number, black, white, or an NPY file.'
    },
    0
  ),
  draws: fileParam({
    title: 'Masks file',
    description: 'NPY file of masks between 0 and 1 to replay, [n, rows, columns]; drawn from the seed when not given.'
  })
})
type Params = v.InferOutput<typeof params>

const masksAtOnce = 32

export const rise: AttributionMethod<Params> = {
  id: 'rise',
  title: 'RISE',
  group: 'Weights-free',
  words: {
    shows: 'How high the score is on average when a place is seen, over thousands of half-hidden images.',
    goodFor: 'Any model, also those without gradients; findings in two places at once.',
    notFor: 'A hurry, or details smaller than a grid cell.',
    failureModes:
      'Grainy with few masks, and never the same for another seed; half-hidden images are unlike anything the model has seen.',
    classInsensitive: false
  },
  citation: petsiuk2018,
  needs: ['baseline'],
  params,
  passes: ({ masks }) => (masks ?? defaultMasks) / 3,
  async attribute(context, given) {
    const [filling, second] = await resolveBaselines('rise.baseline', given.baseline, context)
    if (second !== undefined) {
      throw new Fault('bad-parameter', 'rise.baseline takes one filling, not black-white.', {
        subject: 'rise.baseline'
      })
    }
    const masks = await maskSource(context, given)
    const map = await weightedMasks(context, masks, filling)
    return { map, notes: { masks: masks.count, meanVisible: masks.visible } }
  }
}

async function maskSource(context: AttributionContext, given: Params): Promise<MaskSource> {
  const spatial = context.model.inputShape.slice(1)
  const { draws, probability, grid } = given
  if (draws === undefined) {
    return randomMasks(context.seed, { count: given.masks ?? defaultMasks, probability, grid, spatial })
  }
  const stored = await loadParameterTensor('rise.draws', draws, context)
  return storedMasks(stored, { spatial, count: given.masks, probability })
}

/** Σ score(x ⊙ mask) · mask ÷ (N · p), `[1, 1, ...spatial]`. Source: Petsiuk et al., BMVC 2018, equation 6. */
async function weightedMasks(context: AttributionContext, masks: MaskSource, filling: Tensor): Promise<Tensor> {
  const { model, input, of, start, job } = context
  const spatial = model.inputShape.slice(1)
  const pixels = elementCount(spatial)
  const sum = new Float64Array(pixels)
  const chunk = chunkSize(input.data.length, masksAtOnce)
  const preliminary = (done: number): Tensor => ({
    data: Float32Array.from(sum, (value) => value / (done * masks.visible)),
    shape: [1, 1, ...spatial]
  })
  for (let first = 0; first < masks.count; first += chunk) {
    throwIfCancelled(job)
    const count = Math.min(chunk, masks.count - first)
    const drawn = new Float32Array(count * pixels)
    for (let index = 0; index < count; index++) {
      await setImmediate()
      masks.draw(drawn.subarray(index * pixels, (index + 1) * pixels))
    }
    const batch = { data: seen(input, filling, drawn, count), shape: [count, ...input.shape.slice(1)] }
    const scores = explainedScores(await model.predict(batch, of, job), start)
    for (let index = 0; index < drawn.length; index++)
      sum[index % pixels] += scores[Math.floor(index / pixels)] * drawn[index]
    const done = first + count
    job.progress('masks', done, masks.count)
    job.partial?.({ kind: 'preliminary', map: preliminary(done), done, total: masks.count } satisfies PreliminaryMap)
  }
  return preliminary(masks.count)
}

/** The image where a mask is 1, the filling where it is 0, a mixture between; one copy per mask, the same for all channels. */
function seen(input: Tensor, filling: Tensor, masks: Float32Array, count: number): Float32Array {
  const size = input.data.length
  const pixels = masks.length / count
  const out = new Float32Array(count * size)
  for (let copy = 0; copy < count; copy++) {
    for (let index = 0; index < size; index++) {
      const share = masks[copy * pixels + (index % pixels)]
      out[copy * size + index] = filling.data[index] + share * (input.data[index] - filling.data[index])
    }
  }
  return out
}
