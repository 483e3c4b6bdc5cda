import * as v from 'valibot'
import { type ExperimentRun, isUnavailable, type MapRequest, type ReducedMap } from '@engine/criteria/experiment-run'
import { randomStream } from '@engine/tensor/random'

/** A few values of a map a report rests on: enough to tell it from another map when it is computed again. */
export const MapPrint = v.object({
  model: v.string(),
  method: v.string(),
  case: v.string(),
  shape: v.array(v.number()),
  /** Six digits each, apart by a blank. */
  values: v.string()
})
export type MapPrint = v.InferOutput<typeof MapPrint>

/** Values kept a map. */
const kept = 24
const digits = 6

/** Values at places that only the map's address decides, so that another run looks at the same ones. */
export function printOf({ modelId, methodId, caseId }: MapRequest, { values, shape }: ReducedMap): MapPrint {
  const random = randomStream(1, 'map-print', modelId, methodId, caseId)
  const picked = Array.from({ length: kept }, () => Number(values[random.integer(values.length)].toPrecision(digits)))
  return { model: modelId, method: methodId, case: caseId, shape: [...shape], values: picked.join(' ') }
}

/** Takes down what the trained maps of an assessment look like as they are asked for. */
export class MapPrints {
  private readonly found = new Map<string, MapPrint>()

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
    const key = JSON.stringify([request.modelId, request.methodId, request.caseId])
    if (!this.found.has(key)) this.found.set(key, printOf(request, map))
  }
}
