import { type Demand, pairKey, requestsOf } from './demand'

interface Sum {
  ms: number
  count: number
}

/** A computation that has ended: one map, or several changed inputs. */
export interface Spent {
  readonly kind: 'map' | 'opening' | 'changed' | 'inputs'
  readonly modelId: string
  /** Empty for plain answers. */
  readonly methodId: string
  readonly ms: number
  readonly count: number
}

/**
 * Criteria take about a third of the time they are counted to: counting runs cold, on small maps, where a call costs more than the pixels. Measured on
 * the sample: 0.26 to 0.5.
 */
const priorOwn = { counted: 1000, took: 350 }

/** Milliseconds that things of an experiment were measured to take; what was never measured is taken from its relatives. */
export class MeasuredCosts {
  private readonly sums = new Map<string, Sum>()
  private readonly own = { ...priorOwn }

  add({ kind, modelId, methodId, ms, count }: Spent): void {
    const key = `${kind} ${pairKey(modelId, methodId)}`
    const sum = this.sums.get(key) ?? { ms: 0, count: 0 }
    // The first time pays for compiling: one measurement says little, so what is known longer weighs no more than 64 times.
    const weight = Math.min(1, 64 / (sum.count + count))
    this.sums.set(key, { ms: sum.ms * weight + ms, count: sum.count * weight + count })
  }

  /** What a criterion was counted to take beside the maps, and what it took. */
  addOwn(counted: number, took: number): void {
    this.own.counted += counted
    this.own.took += took
  }

  /** How many times as long criteria take themselves as they were counted to; with what the running one took so far. */
  ownFactor({ counted, took }: { counted: number; took: number }): number {
    return (this.own.took + took) / (this.own.counted + counted)
  }

  /** One map of a model and method. */
  map(pair: string): number {
    return this.of('map', pair) ?? this.average('map')
  }

  /** What the first map with new weights costs more than another. */
  opening(pair: string): number {
    return Math.max(0, (this.of('opening', pair) ?? this.average('opening')) - this.map(pair))
  }

  /** One changed input explained. */
  changed(pair: string): number {
    return this.of('changed', pair) ?? this.map(pair)
  }

  /** One changed input answered: as long as nothing is measured, the quickest map of the model stands for it. */
  input(modelId: string): number {
    const own = this.of('inputs', pairKey(modelId, ''))
    if (own !== null) return own
    const maps = [...this.sums].filter(([key]) => key.startsWith(`map ${pairKey(modelId, '')}`))
    return maps.length === 0 ? this.average('map') : Math.min(...maps.map(([, { ms, count }]) => ms / count))
  }

  private of(kind: Spent['kind'], pair: string): number | null {
    const sum = this.sums.get(`${kind} ${pair}`)
    return sum === undefined ? null : sum.ms / sum.count
  }

  private average(kind: Spent['kind']): number {
    const found = [...this.sums].filter(([key]) => key.startsWith(`${kind} `)).map(([, { ms, count }]) => ms / count)
    return found.length === 0 ? 0 : found.reduce((sum, ms) => sum + ms, 0) / found.length
  }
}

/** What a criterion will take in all, in milliseconds; `ownFactor` times as long itself as was counted. */
export function costOf(demand: Demand, costs: MeasuredCosts, ownFactor: number): number {
  let ms = ownFactor * demand.ownMs
  for (const [pair, { maps, openings }] of demand.maps) ms += maps * costs.map(pair) + openings * costs.opening(pair)
  for (const [modelId, count] of demand.inputs) ms += count * costs.input(modelId)
  for (const [pair, count] of demand.changed) ms += count * costs.changed(pair)
  return ms
}

/** What is left of a demand after what was served. */
export function remaining(demand: Demand, served: Demand): Demand {
  const left = (counts: Map<string, number>, taken: Map<string, number>): Map<string, number> =>
    new Map([...counts].map(([key, count]) => [key, Math.max(0, count - (taken.get(key) ?? 0))]))
  const asked = requestsOf(demand)
  return {
    maps: new Map(
      [...demand.maps].map(([pair, { maps, openings }]) => {
        const done = served.maps.get(pair) ?? { maps: 0, openings: 0 }
        return [pair, { maps: Math.max(0, maps - done.maps), openings: Math.max(0, openings - done.openings) }]
      })
    ),
    inputs: left(demand.inputs, served.inputs),
    changed: left(demand.changed, served.changed),
    cells: demand.cells,
    ownMs: asked === 0 ? demand.ownMs : demand.ownMs * Math.max(0, 1 - requestsOf(served) / asked)
  }
}
