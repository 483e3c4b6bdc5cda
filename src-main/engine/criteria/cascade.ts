import type { CaseSource } from '@engine/criteria/case-maps'
import { trained, type RunCase, type RunMethod, type RunModel, type WeightState } from '@engine/criteria/experiment-run'
import { createPace, type Pace } from '@engine/criteria/pace'
import { createPreparedMaps, reasons, type PreparedMaps } from '@engine/criteria/prepared-maps'
import { chancePartners } from '@engine/criteria/random-pairs'
import type { CaseNumber } from '@engine/criteria/summary'
import { mean } from '@engine/metrics/statistics/moments'
import { similarityOf } from '@engine/metrics/structural-similarity'

export interface CascadePlan {
  readonly model: RunModel
  readonly method: RunMethod
  readonly cases: readonly RunCase[]
  /** From the output to the stem. */
  readonly stages: readonly string[]
  readonly params: { readonly randomPairs: number; readonly repeats: number }
}

/** Similarities to the trained map after each stage, and by chance. */
export interface Cascade {
  readonly stages: readonly string[]
  /** Per stage, cumulative, one value per image. */
  readonly steps: readonly (readonly CaseNumber[])[]
  /** Mean SSIM of each image's trained map and those of other patients. */
  readonly chance: readonly CaseNumber[]
}

/** Runs the cascade of one model and method: successive, cumulative, seed per stage, so that stages keep their new weights. */
export async function runCascade(source: CaseSource, plan: CascadePlan): Promise<Cascade> {
  const pace = createPace(source.job)
  const maps = createPreparedMaps(source, plan.method.id)
  const seeds = Array.from({ length: plan.params.repeats }, (_, repeat) => source.run.spec.seed + repeat)
  await prefetch(source, plan, [trained])
  const chance = await chanceSimilarity({ source, maps, plan, pace })

  const steps: CaseNumber[][] = []
  for (let last = 0; last < plan.stages.length; last++) {
    const stages = plan.stages.slice(0, last + 1)
    const states = seeds.map((seed): WeightState => ({ kind: 'randomised', stages, seed }))
    await prefetch(source, plan, states)
    const step: CaseNumber[] = []
    for (const item of plan.cases) {
      step.push(await similarityToTrained({ maps, plan, item, states }))
      await pace()
    }
    steps.push(step)
    source.job.progress(`Scrambling ${plan.model.title}, ${plan.method.title}`, last + 1, plan.stages.length)
  }
  return { stages: plan.stages, steps, chance }
}

async function prefetch(
  source: CaseSource,
  { model, method, cases }: CascadePlan,
  states: readonly WeightState[]
): Promise<void> {
  const requests = states.flatMap((weights) =>
    cases.map((item) => ({ modelId: model.id, caseId: item.id, methodId: method.id, weights }))
  )
  await source.ask({ modelId: model.id, caseId: '', methodId: method.id }, async () => {
    await source.run.prefetch(requests, source.job)
    return {}
  })
}

/** Mean over the re-initialisations; an image counts when one of them gives a map that can be compared. */
async function similarityToTrained(turn: {
  maps: PreparedMaps
  plan: CascadePlan
  item: RunCase
  states: readonly WeightState[]
}): Promise<CaseNumber> {
  const { maps, plan, item, states } = turn
  const { id, patient } = item
  const original = await maps.get(plan.model.id, id, trained)
  if (typeof original === 'string') return { id, patient, value: null, reason: withTrained(original) }
  const values: number[] = []
  let reason = ''
  for (const weights of states) {
    const scrambled = await maps.get(plan.model.id, id, weights)
    if (typeof scrambled === 'string') reason = withScrambled(scrambled)
    else values.push(similarityOf(original, scrambled))
  }
  return values.length === 0 ? { id, patient, value: null, reason } : { id, patient, value: mean(values) }
}

async function chanceSimilarity(turn: {
  source: CaseSource
  maps: PreparedMaps
  plan: CascadePlan
  pace: Pace
}): Promise<CaseNumber[]> {
  const { source, maps, plan, pace } = turn
  const { cases, model } = plan
  const partners = chancePartners(cases, plan.params.randomPairs, source.run.spec.seed)
  const known = new Float64Array(cases.length * cases.length).fill(NaN)
  const numbers: CaseNumber[] = []
  for (const [index, item] of cases.entries()) {
    const own = await maps.get(model.id, item.id, trained)
    const values: number[] = []
    for (const partner of partners[index]) {
      const cell = Math.min(index, partner) * cases.length + Math.max(index, partner)
      if (typeof own !== 'string' && Number.isNaN(known[cell])) {
        const other = await maps.get(model.id, cases[partner].id, trained)
        if (typeof other !== 'string' && other.values.length === own.values.length)
          known[cell] = similarityOf(own, other)
        await pace()
      }
      if (!Number.isNaN(known[cell])) values.push(known[cell])
    }
    const { id, patient } = item
    if (typeof own === 'string') numbers.push({ id, patient, value: null, reason: withTrained(own) })
    else if (values.length === 0) numbers.push({ id, patient, value: null, reason: 'no other patient to compare with' })
    else numbers.push({ id, patient, value: mean(values) })
  }
  return numbers
}

function withTrained(reason: string): string {
  return reason === reasons.flat ? 'the trained model’s map is the same everywhere' : reason
}

/** How a flat map of scrambled weights is named; counted by the verdict. */
export const flatScrambled = 'the map is the same everywhere once the weights are scrambled'

function withScrambled(reason: string): string {
  return reason === reasons.flat ? flatScrambled : reason
}
