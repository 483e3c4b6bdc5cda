import type { CaseSource } from '@engine/criteria/case-maps'
import {
  trained,
  type Initialisation,
  type RunCase,
  type RunMethod,
  type RunModel,
  type WeightState
} from '@engine/criteria/experiment-run'
import { inPieces } from '@engine/criteria/pairs-at-once'
import { eachPairOnce, pairOf } from '@engine/criteria/pairs-once'
import { createPace, type Pace } from '@engine/criteria/pace'
import { createReadyMaps, reasons, type ReadyMaps } from '@engine/criteria/prepared-maps'
import { chancePartners } from '@engine/criteria/random-pairs'
import {
  bytesPerPixel,
  compareMaps,
  prepareComparable,
  type ComparableMap,
  type SimilarityId
} from '@engine/criteria/similarities'
import type { CaseNumber } from '@engine/criteria/summary'
import { scoringPlaces } from '@engine/metrics/scoring-work'
import { mean } from '@engine/metrics/statistics/moments'
import { concurrently } from '@shared/concurrently'

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

/** Points at the named stages, each with everything above it scrambled too; what lies below the last one stays trained. */
export function namedPoints(stages: readonly string[], named: readonly string[]): CascadePoint[] {
  return stages.flatMap((stage, index) =>
    named.includes(stage) ? [{ title: stage, stages: stages.slice(0, index + 1) }] : []
  )
}

/** One point a stage, that stage alone scrambled. */
export function independentPoints(stages: readonly string[]): CascadePoint[] {
  return stages.map((stage) => ({ title: stage, stages: [stage] }))
}

export interface CascadePlan {
  readonly model: RunModel
  readonly method: RunMethod
  readonly cases: readonly RunCase[]
  /** From the output to the stem. */
  readonly points: readonly CascadePoint[]
  readonly similarities: readonly SimilarityId[]
  readonly params: { readonly randomPairs: number; readonly repeats: number; readonly initialisation: Initialisation }
}

/** Similarities to the trained map after each stage, and by chance. */
export interface Cascade {
  readonly stages: readonly string[]
  /** Per stage, one value per image. */
  readonly steps: readonly (readonly CaseNumber[])[]
  /** Mean similarity of each image's trained map and those of other patients. */
  readonly chance: readonly CaseNumber[]
}

/** The cascade as every similarity sees it. */
export type Cascades = ReadonlyMap<SimilarityId, Cascade>

/** Maps that are asked for ahead, so that all processes have work where a point has few images. */
const fewestAhead = 16

/**
 * Runs the points of one model and method, seed per stage, so that stages keep their new weights from point to point.
 * The maps of the next points, and of `next` behind the last one, are computed while a point is compared.
 */
export async function runCascade(source: CaseSource, plan: CascadePlan, next: CascadePlan | null): Promise<Cascades> {
  const turn: Turn = {
    plan,
    pace: createPace(source.job),
    maps: createReadyMaps(source, plan.method.id, {
      make: (map) => prepareComparable({ map, ids: plan.similarities }),
      bytes: ({ ssim }) => bytesPerPixel * ssim.values.length
    })
  }
  const { seed } = source.run.spec
  const ahead = createAhead(source, plan, next)
  await ahead(0)
  const chance = await chanceSimilarity(turn, seed)

  const steps = plan.similarities.map((): CaseNumber[][] => [])
  for (let last = 0; last < plan.points.length; last++) {
    const states = statesAfter(plan, last, seed)
    await ahead(last + 1)
    const found = plan.similarities.map(() => new Array<CaseNumber>(plan.cases.length))
    await concurrently(plan.cases, scoringPlaces(), async (item, place) => {
      const numbers = await similarityToTrained(turn, item, states)
      numbers.forEach((number, index) => (found[index][place] = number))
      await turn.pace()
    })
    found.forEach((list, index) => steps[index].push(list))
    source.job.progress(`Scrambling ${plan.model.title}, ${plan.method.title}`, last + 1, plan.points.length)
  }
  const stages = plan.points.map(({ title }) => title)
  return new Map(plan.similarities.map((id, index) => [id, { stages, steps: steps[index], chance: chance[index] }]))
}

interface Turn {
  readonly plan: CascadePlan
  readonly pace: Pace
  readonly maps: ReadyMaps<ComparableMap>
}

/** The re-initialised weights at a point of the curve, one per repeat. */
function statesAfter({ points, params }: CascadePlan, index: number, seed: number): WeightState[] {
  // The default is not spelled out, so that criteria that know no other share the maps.
  const { initialisation } = params
  return Array.from({ length: params.repeats }, (_, repeat) => ({
    kind: 'randomised',
    stages: points[index].stages,
    seed: seed + repeat,
    ...(initialisation === 'torch' ? {} : { initialisation })
  }))
}

/** Asks, before the point of that number is compared, for the maps of it and of as many points behind it as it takes; each once. */
function createAhead(
  source: CaseSource,
  plan: CascadePlan,
  next: CascadePlan | null
): (point: number) => Promise<void> {
  const { seed } = source.run.spec
  const pointsOf = (one: CascadePlan): { plan: CascadePlan; states: WeightState[] }[] =>
    one.points.map((_, index) => ({
      plan: one,
      states: [...(index === 0 ? [trained] : []), ...statesAfter(one, index, seed)]
    }))
  const coming = [...pointsOf(plan), ...(next === null ? [] : pointsOf(next))]
  const furthest = Math.max(1, Math.ceil(fewestAhead / Math.max(1, plan.cases.length * plan.params.repeats)))
  let asked = 0
  return async (point) => {
    for (; asked < Math.min(coming.length, point + furthest); asked++)
      await prefetch(source, coming[asked].plan, coming[asked].states)
  }
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

/** One number a similarity: the mean over the re-initialisations; an image counts when one of them gives a map that can be compared and none breaks the network. */
async function similarityToTrained(
  { maps, plan }: Turn,
  { id, patient }: RunCase,
  states: readonly WeightState[]
): Promise<CaseNumber[]> {
  const original = await maps.get(plan.model.id, id, trained)
  if (typeof original === 'string') {
    return plan.similarities.map(() => ({ id, patient, value: null, reason: withTrained(original) }))
  }
  const scrambled: (ComparableMap | string)[] = []
  for (const weights of states) scrambled.push(await maps.get(plan.model.id, id, weights))
  // One of several re-initialisations that lets no signal through is not made good by the others.
  const broken = scrambled.find((map) => map === reasons.vanished || map === reasons.exploded)
  if (typeof broken === 'string') return plan.similarities.map(() => ({ id, patient, value: null, reason: broken }))
  const { similarities } = plan
  const drawn = scrambled.filter((map) => typeof map !== 'string')
  const compared = await compareMaps({ one: original, others: drawn, ids: similarities })
  return similarities.map((_, position) => {
    const values: number[] = []
    let reason = ''
    for (const map of scrambled) {
      const found = typeof map === 'string' ? withScrambled(map) : compared[drawn.indexOf(map)][position]
      if (typeof found === 'string') reason = found
      else values.push(found)
    }
    return values.length === 0 ? { id, patient, value: null, reason } : { id, patient, value: mean(values) }
  })
}

/** By similarity, the mean over the random partners of each image. */
async function chanceSimilarity(turn: Turn, seed: number): Promise<CaseNumber[][]> {
  const { maps, plan } = turn
  const { cases, model, similarities } = plan
  const partners = chancePartners(cases, plan.params.randomPairs, seed)
  const pairs = await chancePairs(turn, partners)
  const numbers: CaseNumber[][] = similarities.map(() => [])
  for (const [index, { id, patient }] of cases.entries()) {
    const own = await maps.get(model.id, id, trained)
    const found =
      typeof own === 'string' ? [] : partners[index].map((partner) => pairs.get(pairOf(index, partner)) ?? [])
    similarities.forEach((_, position) => {
      const values = found.flatMap((pair) => (typeof pair[position] === 'number' ? [pair[position]] : []))
      const reason = typeof own === 'string' ? withTrained(own) : textOf(found.map((pair) => pair[position]))
      numbers[position].push(
        values.length > 0 ? { id, patient, value: mean(values) } : { id, patient, value: null, reason }
      )
    })
  }
  return numbers
}

type Similarities = readonly (number | string)[]

/** Most pairs are met from either side; each is compared once. None where a map cannot be compared or lies on another grid. */
async function chancePairs(
  { maps, plan, pace }: Turn,
  partners: readonly (readonly number[])[]
): Promise<Map<string, Similarities>> {
  const { cases, model, similarities } = plan
  const pairs = new Map<string, Similarities>()
  await concurrently(eachPairOnce(partners), scoringPlaces(), async (list, index) => {
    const own = list.length === 0 ? '' : await maps.get(model.id, cases[index].id, trained)
    if (typeof own === 'string') return
    for (const some of inPieces(list, own.ssim.values.length)) {
      const found = await Promise.all(some.map((partner) => maps.get(model.id, cases[partner].id, trained)))
      const alike = found.flatMap((map, at) =>
        typeof map !== 'string' && map.ssim.values.length === own.ssim.values.length ? [{ map, partner: some[at] }] : []
      )
      const compared = await compareMaps({ one: own, others: alike.map(({ map }) => map), ids: similarities })
      alike.forEach(({ partner }, at) => pairs.set(pairOf(index, partner), compared[at]))
      await pace()
    }
  })
  return pairs
}

function textOf(found: readonly (number | string | undefined)[]): string {
  return found.find((one) => typeof one === 'string') ?? 'no other patient to compare with'
}

function withTrained(reason: string): string {
  return reason === reasons.flat ? 'the trained model’s map is the same everywhere' : reason
}

/** How a flat map of scrambled weights is named; counted by the verdict. */
export const flatScrambled = 'the map is the same everywhere once the weights are scrambled'

function withScrambled(reason: string): string {
  return reason === reasons.flat ? flatScrambled : reason
}
