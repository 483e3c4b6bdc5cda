import { sampledCases } from '@engine/criteria/case-choice'
import type { CaseSource } from '@engine/criteria/case-maps'
import { trained, type ReducedMap, type RunCase, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import type { Answers, Explained } from '@engine/criteria/perturbation-scores'
import { blurredNoise } from '@engine/criteria/references/random'
import { fitsInput } from '@engine/metrics/perturbation/perturbed-input'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'

export type AnswerScale = 'probability' | 'logit' | 'sigmoid'

/** Everything needed to change an image and ask again: the input, the first answer, and a way to ask. */
export interface Asked {
  readonly item: RunCase
  readonly input: Tensor
  readonly before: number
  readonly answers: Answers
}

export interface AskedCase {
  readonly item: RunCase
  readonly asked: Asked | string
}

/** Cases to be asked again: a sample by patient, the same for every method of the run. */
export async function askedCases(
  source: CaseSource,
  model: RunModel,
  { images, scale }: { images: number; scale: AnswerScale }
): Promise<AskedCase[]> {
  const { run } = source
  const cases = sampledCases(run.spec.cases, images, run.spec.seed)
  const found: AskedCase[] = []
  for (const item of cases) found.push({ item, asked: await askedCase(source, model, item, scale) })
  return found
}

async function askedCase(
  source: CaseSource,
  model: RunModel,
  item: RunCase,
  scale: AnswerScale
): Promise<Asked | string> {
  const { run, job } = source
  const subject = { modelId: model.id, caseId: item.id }
  const input = await source.ask(subject, () => run.input(model.id, item.id))
  if (typeof input === 'string') return input
  const prediction = await source.ask(subject, () => run.prediction(model.id, item.id, null))
  if (typeof prediction === 'string') return prediction
  const { target } = prediction
  const scored = ({
    logits,
    probabilities
  }: {
    logits: readonly number[]
    probabilities: readonly (number | null)[]
  }): number => {
    if (scale === 'sigmoid') return 1 / (1 + Math.exp(-logits[target]))
    return scale === 'logit' ? logits[target] : (probabilities[target] ?? logits[target])
  }
  const answers: Answers = async (inputs) => {
    const found = await source.ask(subject, () => run.perturbed(model.id, item.id, inputs, job))
    return typeof found === 'string' ? found : found.map(scored)
  }
  return { item, input, before: scored(prediction), answers }
}

/** The map of a method on an asked case, or why it cannot be scored. */
export async function explainedCase(
  source: CaseSource,
  { modelId, method, asked }: { modelId: string; method: RunMethod; asked: Asked }
): Promise<Explained | string> {
  const map = await source.map({ modelId, caseId: asked.item.id, methodId: method.id, weights: trained })
  if (typeof map === 'string') return map
  return explainedBy(map, asked, source.run.spec.seed)
}

export function explainedBy(
  map: Pick<ReducedMap, 'values' | 'shape' | 'flat'>,
  asked: Asked,
  seed: number
): Explained | string {
  if (map.flat) return 'the map is the same everywhere'
  if (!fitsInput(map.shape, asked.input))
    return 'the map does not lie on the pixels of the model input (score on the grid of the model)'
  return { input: asked.input, map: map.values, before: asked.before, seed }
}

/** A smooth random map on the pixels of an asked case: what a map without content scores. Single random pixels would be imputed from all sides and lose nothing. */
export function randomExplained(asked: Asked, seed: number): Explained {
  const { shape } = asked.input
  const random = randomStream(seed, 'random-removal', asked.item.id)
  // Slices are explained one by one, a volume as a whole.
  const grid = shape.length === 5 ? shape.slice(2) : [shape[0], ...shape.slice(2)]
  const map = blurredNoise(grid, random, shape.length === 5 ? 3 : 2)
  return { input: asked.input, map, before: asked.before, seed }
}
