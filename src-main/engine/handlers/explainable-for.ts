import type { ProbedModel } from '@engine/graph/model'
import type { Job } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { ModelCard } from '@shared/model-card'
import { channelsLast } from './channels-last'
import { type ExplainableModel, type ExplainableOptions, makeExplainable } from './explainable'

/** Where to compute, and who is told when it is done elsewhere. */
export type ProviderWish = Pick<ExplainableOptions, 'provider' | 'automatic' | 'onProviderChange' | 'rows'>

/** Card and graph joined: black and white, target layers, channel order of the tensor. */
export async function explainableFor(
  { graph, card }: { graph: ProbedModel; card: ModelCard },
  { host, threads, job, ...wish }: { host: InferenceHost; threads: number; job: Job } & ProviderWish
): Promise<ExplainableModel> {
  const { black, white } = extremes(card)
  const model = await makeExplainable(
    graph,
    host,
    { black, white, layers: card.targetLayers, output: card.outputs[0].name, threads, ...wish },
    job
  )
  return card.input.layout.endsWith('C') ? channelsLast(model) : model
}

/** Model-input value of black and white per channel: the card's own, or what its scaling makes of 0 and 1. */
function extremes(card: ModelCard): { black: readonly number[]; white: readonly number[] } {
  const { mean, std, values, channels, range } = card.input
  const at = (unit: number): number[] =>
    Array.from({ length: channels }, (_, channel) => (unit - pick(mean, channel)) / pick(std, channel))
  const raw = values.from === 'none'
  const ends = (value: number): number[] => Array.from({ length: channels }, () => value)
  return {
    black: card.black ?? (raw ? ends(range[0]) : at(0)),
    white: card.white ?? (raw ? ends(range[1]) : at(1))
  }
}

const pick = (values: readonly number[], channel: number): number => values[Math.min(channel, values.length - 1)]
