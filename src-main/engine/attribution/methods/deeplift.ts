import * as v from 'valibot'
import { resolveBaselines } from '@engine/attribution/baseline'
import { shrikumar2017 } from '@engine/attribution/citations'
import type { Attribution, AttributionContext, AttributionMethod } from '@engine/attribution/method'
import { baselineParam, choiceParam } from '@engine/attribution/param'
import { Fault } from '@engine/fault'
import { stack, type Tensor } from '@engine/tensor/tensor'

const params = v.object({
  baseline: baselineParam(
    {
      title: 'Baseline',
      description:
        'What the image is compared with: black, white, black-white (mean of both), an NPY file, or a number for every pixel.'
    },
    'black'
  ),
  maxima: choiceParam(
    {
      title: 'Max pooling',
      description:
        'captum: as captum, which takes the plain gradient right behind an activation. rescale: shares add up to the difference.'
    },
    ['captum', 'rescale'],
    'captum'
  )
})
type Params = v.InferOutput<typeof params>

export const deeplift: AttributionMethod<Params> = {
  id: 'deeplift',
  title: 'DeepLIFT',
  group: 'Relevance propagation',
  words: {
    shows:
      'How the difference from an empty image to this one becomes the difference of the scores: shares that add up.',
    goodFor: 'Signed contributions close to integrated gradients in one pass; no trouble with saturated units.',
    notFor: 'Images where no neutral "empty" image exists: the choice of baseline decides what can light up.',
    failureModes: 'Blind to pixels equal to the baseline. Two networks that compute the same can get different maps.',
    classInsensitive: false
  },
  citation: shrikumar2017,
  needs: ['gradient', 'baseline'],
  params,
  batched: true,
  passes: ({ baseline }) => (baseline === 'black-white' ? 4 : 2),
  async attribute(context, { baseline, maxima }) {
    const baselines = await resolveBaselines('deeplift.baseline', baseline, context)
    const maps: Tensor[] = []
    for (const from of baselines) maps.push(await contributions(context, from, maxima))
    const map = meanOf(maps)
    return { map, notes: await completeness(context, baselines, map) }
  }
}

/** Multipliers times the difference from the baseline, the input's shape. */
async function contributions(
  { model, input, start, of, job }: AttributionContext,
  baseline: Tensor,
  maxima: Params['maxima']
): Promise<Tensor> {
  const { gradients } = await model.backward(
    { input, start, composite: { id: 'deeplift', maxima }, baseline, of, wrt: ['input'] },
    job
  )
  const multipliers = gradients.get('input')
  if (multipliers === undefined) throw new Fault('internal', 'The backward pass returned no multipliers of the input.')
  const size = baseline.data.length
  const data = multipliers.data.map((value, index) => value * (input.data[index] - baseline.data[index % size]))
  return { data, shape: input.shape }
}

function meanOf(maps: readonly Tensor[]): Tensor {
  const [{ shape }] = maps
  const data = new Float32Array(maps[0].data.length)
  for (const map of maps) for (let index = 0; index < data.length; index++) data[index] += map.data[index] / maps.length
  return { data, shape }
}

/** Sum of the maps against the change of the scores from the baselines (mean of several) to the inputs. */
async function completeness(
  { model, input, start, of, job }: AttributionContext,
  baselines: readonly Tensor[],
  map: Tensor
): Promise<NonNullable<Attribution['notes']>> {
  const rows = input.shape[0]
  const scores = await model.predict(stack([input, ...baselines]), of, job)
  const outputs = scores.shape[1]
  const explained = (row: number, weights: number): number => {
    let value = 0
    for (let output = 0; output < outputs; output++)
      value += start.data[weights * outputs + output] * scores.data[row * outputs + output]
    return value
  }
  let change = 0
  for (let row = 0; row < rows; row++) {
    const weights = start.shape[0] === 1 ? 0 : row
    const before = baselines.map((_, index) => explained(rows + index, weights))
    change += explained(row, weights) - before.reduce((total, value) => total + value, 0) / baselines.length
  }
  const attributed = map.data.reduce((total, value) => total + value, 0)
  return { scoreChange: change, attributed, completenessDelta: attributed - change }
}
