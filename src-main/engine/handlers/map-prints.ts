import * as v from 'valibot'
import { type ExperimentRun, isUnavailable, type MapRequest, type ReducedMap } from '@engine/criteria/experiment-run'
import { randomStream } from '@engine/tensor/random'
import { hashArray } from './recipe'

/** What a map a report rests on looks like as a whole: enough to tell it from another map when it is computed again. */
export const MapPrint = v.object({
  model: v.string(),
  method: v.string(),
  case: v.string(),
  shape: v.array(v.number()),
  /** Of the values bit for bit. */
  sha256: v.string(),
  /** Lowest and highest value, apart by a blank. */
  range: v.string(),
  /** Signed sums that every value goes into; six digits each, apart by a blank. */
  sums: v.string()
})
export type MapPrint = v.InferOutput<typeof MapPrint>

/** Sums kept a map: the root mean square of a difference comes out within about an eighth. */
const kept = 32
const digits = 6

/**
 * The print of a map. Each value is added to or taken from one sum; which, and with which sign, only the map's address decides, so that
 * another run does the same. The squares of the differences of two such prints then add up to those of the maps, but for chance, wherever
 * they differ (Charikar, Chen & Farach-Colton 2002, Finding frequent items in data streams: count sketch).
 */
export function printOf({ modelId, methodId, caseId }: MapRequest, { values, shape }: ReducedMap): MapPrint {
  const random = randomStream(1, 'map-print', modelId, methodId, caseId)
  const sums = new Float64Array(kept)
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
    const draw = random.integer(2 * kept)
    sums[draw >> 1] += draw % 2 === 0 ? value : -value
  }
  const short = [...sums].map((sum) => Number(sum.toPrecision(digits)))
  const address = { model: modelId, method: methodId, case: caseId, shape: [...shape] }
  return { ...address, sha256: hashArray(values), range: `${low} ${high}`, sums: short.join(' ') }
}

/** Takes down what the trained maps of an assessment look like as they are asked for. */
export class MapPrints {
  private readonly found = new Map<string, MapPrint>()

  /** `known`: of maps that are not asked for again, because what they answer is remembered. */
  constructor(known: readonly MapPrint[] = []) {
    for (const print of known) this.found.set(keyOf(print), print)
  }

  /** The same run, looked at. */
  watch(run: ExperimentRun): ExperimentRun {
    const map: ExperimentRun['map'] = async (request, job) => {
      const answer = await run.map(request, job)
      if (request.weights.kind === 'trained' && !isUnavailable(answer)) this.add(request, answer)
      return answer
    }
    return new Proxy(run, {
      get(target, name: keyof ExperimentRun) {
        if (name === 'map') return map
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      }
    })
  }

  list(): MapPrint[] {
    return [...this.found.values()]
  }

  private add(request: MapRequest, map: ReducedMap): void {
    const key = keyOf({ model: request.modelId, method: request.methodId, case: request.caseId })
    if (!this.found.has(key)) this.found.set(key, printOf(request, map))
  }
}

const keyOf = (print: Pick<MapPrint, 'model' | 'method' | 'case'>): string =>
  JSON.stringify([print.model, print.method, print.case])
