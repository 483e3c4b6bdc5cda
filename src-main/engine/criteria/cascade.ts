import type { CaseSource } from '@engine/criteria/case-maps'
import { trained, type RunCase, type RunMethod, type RunModel, type WeightState } from '@engine/criteria/experiment-run'
import { createPace, type Pace } from '@engine/criteria/pace'
import { createPreparedMaps, reasons, type PreparedMaps } from '@engine/criteria/prepared-maps'
import { chancePartners } from '@engine/criteria/random-pairs'
import type { CaseNumber } from '@engine/criteria/summary'
import { mean } from '@engine/metrics/statistics/moments'
import { similarityOf } from '@engine/metrics/structural-similarity'

/** A point of the curve: what is scrambled there. */
export interface CascadePoint {
  /** The stage scrambled last, and how many came with it: `mixed1`, `fc to mixed3`. */
  readonly title: string
  readonly stages: readonly string[]
}

/** Points of a cascade with `every` further stages scrambled at each; the last has all of them. */
export function cascadePoints(stages: readonly string[], every: number): CascadePoint[] {
  const points: CascadePoint[] = []
  for (let start = 0; start < stages.length; start += every) {
    const end = Math.min(stages.length, start + every)
    const title = end - start === 1 ? stages[start] : `${stages[start]} to ${stages[end - 1]}`
    points.push({ title, stages: stages.slice(0, end) })
  }
  return points
}

export interface CascadePlan {
  readonly model: RunModel
  readonly method: RunMethod
  readonly cases: readonly RunCase[]
  /** From the output to the stem. */
  readonly points: readonly CascadePoint[]
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

/**
 * Runs the cascade of one model and method: successive, cumulative, seed per stage, so that stages keep their new weights.
 * The maps of the next stage, and of `next` behind the last one, are computed while a stage is compared.
 */
export async function runCascade(source: CaseSource, plan: CascadePlan, next: CascadePlan | null): Promise<Cascade> {
  const pace = createPace(source.job)
  const maps = createPreparedMaps(source, plan.method.id)
  const { seed } = source.run.spec
  await prefetch(source, plan, [trained])
  await prefetch(source, plan, statesAfter(plan, 0, seed))
  const chance = await chanceSimilarity({ source, maps, plan, pace })

  const steps: CaseNumber[][] = []
  for (let last = 0; last < plan.points.length; last++) {
    const states = statesAfter(plan, last, seed)
    if (last + 1 < plan.points.length) await prefetch(source, plan, statesAfter(plan, last + 1, seed))
    else if (next !== null) await prefetch(source, next, [trained, ...statesAfter(next, 0, seed)])
    const step: CaseNumber[] = []
    for (const item of plan.cases) {
      step.push(await similarityToTrained({ maps, plan, item, states }))
      await pace()
    }
    steps.push(step)
    source.job.progress(`Scrambling ${plan.model.title}, ${plan.method.title}`, last + 1, plan.points.length)
  }
  return { stages: plan.points.map(({ title }) => title), steps, chance }
}

/** The re-initialised weights at a point of the curve, one per repeat. */
function statesAfter({ points, params }: CascadePlan, index: number, seed: number): WeightState[] {
  return Array.from({ length: params.repeats }, (_, repeat) => ({
    kind: 'randomised',
    stages: points[index].stages,
    seed: seed + repeat
  }))
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
