import { performance } from 'node:perf_hooks'
import { scoringBusy } from '@engine/metrics/scoring-work'
import { costOf, type MeasuredCosts, remaining, type Spent } from './costs'
import { addTo, type Demand, emptyDemand, pairKey, requestsOf } from './demand'

/** Share of the whole that the pace so far has to outweigh: the first seconds say little. */
const trustedShare = 0.02

/** Share of its maps that a criterion has to have scored before its own times are believed. */
const tellingShare = 0.2

/** How far one criterion is with one map of one model. */
export interface CellProgress {
  readonly model: string
  readonly method: string
  readonly done: number
  readonly total: number
}

interface Planned {
  readonly id: string
  readonly demand: Demand
  served: Demand
  finished: boolean
}

/**
 * How long an assessment will still take: what its criteria were counted to ask for, at what those things were measured to cost, times the pace of
 * what is done. `now` in milliseconds.
 */
export class AssessmentForecast {
  private planned: Planned[] = []
  private current: Planned | null = null
  private plannedAt = 0
  private lastEnd = 0
  private busySince = 0
  private shown = 0

  /** `busy`: milliseconds that the criteria's own thread and those it hands scoring to have worked, on the same clock. */
  constructor(
    private readonly costs: MeasuredCosts,
    private readonly now: () => number = () => performance.now(),
    private readonly busy: () => number = () => performance.eventLoopUtilization().active + scoringBusy()
  ) {}

  plan(demands: readonly { readonly id: string; readonly demand: Demand }[]): void {
    this.planned = demands.map(({ id, demand }) => ({ id, demand, served: emptyDemand(), finished: false }))
    this.plannedAt = this.now()
  }

  begin(id: string): void {
    this.current = this.planned.find((one) => one.id === id && !one.finished) ?? null
    this.busySince = this.busy()
  }

  finish(): void {
    if (this.current !== null) {
      this.current.finished = true
      this.costs.addOwn(this.current.demand.ownMs, this.busy() - this.busySince)
    }
    this.current = null
  }

  /** A computation ended that was asked for at `since`: computations queue up, so it took the time since the one before it ended. */
  computed(spent: Omit<Spent, 'ms'>, since: number): void {
    const { kind, modelId, methodId, count } = spent
    const now = this.now()
    this.costs.add({ ...spent, ms: now - Math.max(since, this.lastEnd) })
    this.lastEnd = now
    const served = this.current?.served
    if (served === undefined) return
    if (kind === 'inputs') addTo(served.inputs, modelId, count)
    else if (kind === 'changed') addTo(served.changed, pairKey(modelId, methodId), count)
    else {
      const key = pairKey(modelId, methodId)
      const counts = served.maps.get(key) ?? { maps: 0, openings: 0 }
      counts.maps += count
      if (kind === 'opening') counts.openings += count
      served.maps.set(key, counts)
    }
  }

  /** The criterion was given a map. */
  asked(modelId: string, methodId: string, caseId: string): void {
    if (this.current === null) return
    const { cells } = this.current.served
    const key = pairKey(modelId, methodId)
    const cell = cells.get(key) ?? { requests: 0, cases: new Set<string>() }
    cell.requests += 1
    cell.cases.add(caseId)
    cells.set(key, cell)
  }

  /** Seconds left; null before there is a plan. */
  secondsLeft(): number | null {
    if (this.planned.length === 0) return null
    const { total, left } = this.work()
    const trusted = trustedShare * total
    const pace = (this.now() - this.plannedAt + trusted) / (total - left + trusted)
    return (left * (Number.isFinite(pace) ? pace : 1)) / 1000
  }

  /** Share of the work that is done, 0 to 1; never falls, though what is left may turn out to be more than it seemed. */
  fraction(): number {
    const { total, left } = this.work()
    if (total > 0) this.shown = Math.max(this.shown, 1 - left / total)
    return this.shown
  }

  /** Milliseconds of everything and of what is left, as far as is known now. */
  private work(): { total: number; left: number } {
    const factor = this.costs.ownFactor(this.ownSoFar())
    let [total, left] = [0, 0]
    for (const one of this.planned) {
      total += costOf(one.demand, this.costs, factor)
      if (!one.finished) left += costOf(leftOf(one), this.costs, factor)
    }
    return { total, left }
  }

  /** What the criterion that runs was counted to take itself for what it has been given, and what it took. */
  private ownSoFar(): { counted: number; took: number } {
    if (this.current === null) return { counted: 0, took: 0 }
    const { demand, served } = this.current
    // Many criteria prepare all images before the first map: what they took says little before a part of the maps is scored.
    if (requestsOf(served) < tellingShare * requestsOf(demand) || requestsOf(served) === 0)
      return { counted: 0, took: 0 }
    return { counted: demand.ownMs - leftOf(this.current).ownMs, took: this.busy() - this.busySince }
  }

  /** Where the criterion that runs is, map by map; empty where it asks for none. */
  cells(): CellProgress[] {
    if (this.current === null) return []
    const { demand, served } = this.current
    return [...demand.cells].map(([key, { requests, cases }]) => {
      const [model, method] = key.split('\u0000')
      const share = Math.min(1, (served.cells.get(key)?.requests ?? 0) / requests)
      return { model, method, done: Math.floor(share * cases.size), total: cases.size }
    })
  }
}

function leftOf({ demand, served }: Planned): Demand {
  const left = remaining(demand, served)
  // What was asked for beyond the count shows that the criterion is in its last part.
  return requestsOf(served) > requestsOf(demand) ? { ...left, ownMs: 0 } : left
}
