import { loadParameterTensor } from '@engine/attribution/baseline'
import type { AttributionContext } from '@engine/attribution/method'
import { defaultSamples, type SampledParams } from '@engine/attribution/wrappers/sampled-params'
import { standardDraws } from '@engine/attribution/wrappers/standard-draws'
import { Fault } from '@engine/fault'
import type { Tensor } from '@engine/tensor/tensor'

/** Noise to be added to an input, drawn in order, copy by copy. */
export interface NoiseSource {
  readonly samples: number
  /** Standard deviation in the input's own unit; null for replayed draws. */
  readonly sigma: number | null
  /** Fills `target` with the next values. */
  draw(target: Float32Array): void
}

/** Draws from the seed, or the rows of a file; with `sg.samples=k` its first k. Throws Fault `bad-parameter`. */
export async function noiseSource(context: AttributionContext, params: SampledParams): Promise<NoiseSource> {
  if (params.noise !== undefined)
    return replayed(await loadParameterTensor('sg.noise', params.noise, context), context, params)
  return seeded(context, params)
}

function seeded({ input, seed }: AttributionContext, params: SampledParams): NoiseSource {
  const sigma = params.sigma * valueRange(input)
  const draw = standardDraws(seed)
  return {
    samples: params.samples ?? defaultSamples,
    sigma,
    draw: (target) => {
      draw(target)
      for (let index = 0; index < target.length; index++) target[index] *= sigma
    }
  }
}

function replayed(draws: Tensor, { input }: AttributionContext, params: SampledParams): NoiseSource {
  const size = input.data.length
  const rows = draws.data.length / size
  const expected = input.shape.slice(1)
  if (draws.shape.slice(-expected.length).join() !== expected.join() || rows < 1) {
    throw new Fault(
      'bad-parameter',
      `sg.noise has shape [${draws.shape.join(', ')}], but each row must be [${expected.join(', ')}] like the model's input.`,
      { subject: 'sg.noise' }
    )
  }
  const samples = params.samples ?? rows
  if (samples > rows) {
    throw new Fault('bad-parameter', `sg.noise has ${rows} rows, but sg.samples asks for ${samples}.`, {
      subject: 'sg.samples',
      hint: `Ask for at most ${rows}.`
    })
  }
  let drawn = 0
  return {
    samples,
    sigma: null,
    draw: (target) => {
      target.set(draws.data.subarray(drawn, drawn + target.length))
      drawn += target.length
    }
  }
}

function valueRange(input: Tensor): number {
  let low = Infinity
  let high = -Infinity
  for (const value of input.data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return high - low
}
