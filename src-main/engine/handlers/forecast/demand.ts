/** A model and a method: what a map costs depends on both. */
export const pairKey = (modelId: string, methodId: string): string => `${modelId}\u0000${methodId}`

/** What one criterion will ask of an experiment, as counted before it is computed. */
export interface Demand {
  /** Maps that are not there yet, by model and method; `openings`: weights that are used for the first time. */
  readonly maps: Map<string, { maps: number; openings: number }>
  /** Changed inputs to be answered, by model. */
  readonly inputs: Map<string, number>
  /** Changed inputs to be explained, and maps in another space, by model and method. */
  readonly changed: Map<string, number>
  /** Requests for maps, those that are there already among them, and their images, by model and method. */
  readonly cells: Map<string, { requests: number; cases: Set<string> }>
  /** Milliseconds the criterion itself takes. */
  ownMs: number
}

export function emptyDemand(): Demand {
  return { maps: new Map(), inputs: new Map(), changed: new Map(), cells: new Map(), ownMs: 0 }
}

export const requestsOf = ({ cells }: Demand): number =>
  [...cells.values()].reduce((sum, cell) => sum + cell.requests, 0)

export function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count)
}
