import { sampledCases } from '@engine/criteria/case-choice'
import type { CaseSource } from '@engine/criteria/case-maps'
import { trained, type RunCase, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { createPace } from '@engine/criteria/pace'
import type { Answers, Explained } from '@engine/criteria/perturbation-scores'
import { blurredNoise } from '@engine/criteria/references/random'
import { fitsInput } from '@engine/metrics/perturbation/perturbed-input'
import { randomStream } from '@engine/tensor/random'
import type { Tensor } from '@engine/tensor/tensor'

export type AnswerScale = 'probability' | 'logit' | 'sigmoid'

/** Without an activation on the card there is no probability: what is compared is the logit then, and the rule of the row says so. */
export function ofModel<P extends { readonly score: AnswerScale }>(
  params: P,
  { activation }: Pick<RunModel, 'activation'>
): P {
  return params.score === 'probability' && activation === 'none' ? { ...params, score: 'logit' } : params
}

/** Everything needed to change an image and ask again: the input, the first answer, and a way to ask. */
export interface Asked {
  readonly item: RunCase
  readonly input: Tensor
  readonly before: number
  readonly answers: Answers
  /** The same on the logit, whatever the scale asked for. */
  readonly beforeLogit: number
  readonly logits: Answers
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
  const answersOn =
    (own: AnswerScale): Answers =>
    async (inputs) => {
      const found = await source.ask(subject, () => run.perturbed(model.id, item.id, inputs, job))
      return typeof found === 'string' ? found : found.map((answer) => onScale(answer, target, own))
    }
  return {
    item,
    input,
    before: onScale(prediction, target, scale),
    answers: answersOn(scale),
    beforeLogit: prediction.logits[target],
    logits: answersOn('logit')
  }
}

interface Answer {
  readonly logits: readonly number[]
  readonly probabilities: readonly (number | null)[]
}

function onScale({ logits, probabilities }: Answer, target: number, scale: AnswerScale): number {
  if (scale === 'sigmoid') return 1 / (1 + Math.exp(-logits[target]))
  return scale === 'logit' ? logits[target] : (probabilities[target] ?? logits[target])
}

/** Finds the map of an asked case, or says why there is none to score. */
export type Explain = (asked: Asked) => Explained | string | Promise<Explained | string>

/** The maps of a method. */
export function explainedBy(source: CaseSource, { modelId, method }: { modelId: string; method: RunMethod }): Explain {
  return async (asked) => {
    const map = await source.map({ modelId, caseId: asked.item.id, methodId: method.id, weights: trained })
    if (typeof map === 'string') return map
    if (map.flat) return 'the map is the same everywhere'
    if (!fitsInput(map.shape, asked.input))
      return 'the map does not lie on the pixels of the model input (score on the grid of the model)'
    const { values, signed } = map
    return { input: asked.input, map: values, signed, before: asked.before, seed: source.run.spec.seed }
  }
}

export interface ScoredCase<Score> {
  readonly item: RunCase
  /** Or why there is none. */
  readonly scored: Score | string
}

export type ScoreExplained<Score> = (explained: Explained, asked: Asked) => Promise<Score | string>

/** Scores the map of every asked case; a case without one keeps its reason. */
export async function scoreExplained<Score>(
  source: CaseSource,
  cases: readonly AskedCase[],
  explain: Explain,
  score: ScoreExplained<Score>
): Promise<ScoredCase<Score>[]> {
  const pace = createPace(source.job)
  const scoredOf = async (asked: Asked): Promise<Score | string> => {
    const explained = await explain(asked)
    return typeof explained === 'string' ? explained : score(explained, asked)
  }
  const found: ScoredCase<Score>[] = []
  for (const { item, asked } of cases) {
    found.push({ item, scored: typeof asked === 'string' ? asked : await scoredOf(asked) })
    await pace()
  }
  return found
}

/** The id under which the random map of the removal criteria has its curves. */
export const randomMapId = 'random-map'

/** A smooth random map on the pixels of an asked case: what a map without content scores. Single random pixels would be imputed from all sides and lose nothing. */
export function randomExplained(asked: Asked, seed: number): Explained {
  const { shape } = asked.input
  const random = randomStream(seed, 'random-removal', asked.item.id)
  // Slices are explained one by one, a volume as a whole.
  const grid = shape.length === 5 ? shape.slice(2) : [shape[0], ...shape.slice(2)]
  const map = blurredNoise(grid, random, shape.length === 5 ? 3 : 2)
  return { input: asked.input, map, before: asked.before, seed }
}
