import { chunkSize } from '@engine/attribution/chunk'
import type { Attribution, AttributionContext, PreliminaryMap } from '@engine/attribution/method'
import type { Inner } from '@engine/attribution/wrapper'
import { RunningMoments, type Statistic } from '@engine/attribution/wrappers/moments'
import { noiseSource, type NoiseSource } from '@engine/attribution/wrappers/noise'
import { noisyCopies } from '@engine/attribution/wrappers/noisy-copies'
import type { SampledParams } from '@engine/attribution/wrappers/sampled-params'
import { subJob, throwIfCancelled } from '@engine/job'
import { row, stack, type Tensor } from '@engine/tensor/tensor'

const copiesAtOnce = 16

/** Runs `inner` on noisy copies of each input and reduces the maps by `statistic`. Throws what `inner` throws. */
export async function overSamples(
  inner: Inner,
  context: AttributionContext,
  params: SampledParams,
  statistic: Statistic
): Promise<Attribution> {
  const results: Attribution[] = []
  for (let index = 0; index < context.input.shape[0]; index++) {
    const one = { ...context, input: row(context.input, index) }
    const make = async (): Promise<Sampled> => oneInput(inner, one, await noiseSource(one, params), statistic)
    // The mean and the mean of squares come from the same copies: `+sg` and `+sg2` of a map are one piece of work.
    const shared = context.input.shape[0] === 1 ? context.shared : undefined
    const sampled = shared === undefined ? make() : shared.ofMap(`copies ${JSON.stringify(params)}`, make, bytesOf)
    results.push(reduced(await sampled, statistic))
  }
  if (results.length === 1) return results[0]
  const layers = results.flatMap(({ layer }) => (layer === undefined ? [] : [layer]))
  return {
    ...results[0],
    map: stack(results.map(({ map }) => map)),
    ...(layers.length > 0 ? { layer: stack(layers) } : {})
  }
}

/** The maps of the noisy copies of one input, summed. */
interface Sampled {
  readonly map: RunningMoments
  readonly layer: RunningMoments
  readonly notes: Attribution['notes']
}

const bytesOf = ({ map, layer }: Sampled): number => map.byteLength + layer.byteLength

function reduced({ map, layer, notes }: Sampled, statistic: Statistic): Attribution {
  return { map: map.reduce(statistic), ...(layer.count > 0 ? { layer: layer.reduce(statistic) } : {}), notes }
}

/** The copies of the next piece are drawn while the inference process works on this one. */
async function oneInput(
  inner: Inner,
  context: AttributionContext,
  noise: NoiseSource,
  statistic: Statistic
): Promise<Sampled> {
  const { input, job } = context
  const total = noise.samples
  const chunk = chunkSize(input.data.length, copiesAtOnce)
  const copiesFrom = (done: number): Promise<Tensor | null> =>
    done < total ? noisyCopies(input, noise, Math.min(chunk, total - done)) : Promise.resolve(null)
  const map = new RunningMoments()
  const layer = new RunningMoments()
  let notes: Attribution['notes'] = {}
  let copies = await copiesFrom(0)
  while (copies !== null) {
    throwIfCancelled(job)
    const done = map.count
    const count = copies.shape[0]
    // What a noisy copy's map is like half-way says nothing of the mean.
    const { partial: _ofOneCopy, ...part } = subJob(job, (inside, all) =>
      job.progress('samples', done + (inside / all) * count, total)
    )
    const [result, following] = await Promise.all([
      inner({ ...context, input: copies, job: part }),
      copiesFrom(done + count)
    ])
    map.add(result.map)
    if (result.layer !== undefined) layer.add(result.layer)
    if (result.notes?.layer !== undefined) notes = { layer: result.notes.layer }
    job.progress('samples', map.count, total)
    job.partial?.({ kind: 'preliminary', map: map.reduce(statistic), done: map.count, total } satisfies PreliminaryMap)
    copies = following
  }
  return {
    map,
    layer,
    notes: { ...notes, samples: total, ...(noise.sigma === null ? {} : { sigmaInInputUnits: noise.sigma }) }
  }
}
