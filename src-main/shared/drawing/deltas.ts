import { type Runs, xorRuns } from './runs'

/** A change of one segment on one slice. */
export interface Delta {
  readonly segment: string
  /** Index along the third axis, from 0. */
  readonly slice: number
  readonly runs: Runs
}

/** Several changes as one: per segment and slice their exclusive or, without those that cancel out. Order does not matter. */
export function combineDeltas(deltas: readonly Delta[]): Delta[] {
  const combined = new Map<string, Delta>()
  for (const delta of deltas) {
    const key = `${delta.slice} ${delta.segment}`
    const known = combined.get(key)
    combined.set(key, known === undefined ? delta : { ...delta, runs: xorRuns(known.runs, delta.runs) })
  }
  return [...combined.values()].filter(({ runs }) => runs.length > 0)
}
