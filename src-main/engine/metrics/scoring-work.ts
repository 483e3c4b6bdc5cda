import { asFault, faultOf } from '@engine/fault'
import type { FaultReport } from '@shared/fault'

/** Work by its name, and what it is done with: plain values and typed arrays. */
export interface ScoringRequest {
  readonly scoring: string
  readonly input: unknown
}

/** What a thread answers: a Fault would lose its class on the way. */
export type Scored =
  { readonly answer: unknown; readonly fault: null } | { readonly answer: null; readonly fault: FaultReport }

/** Threads that work is handed to. */
export interface ScoringThreads {
  readonly count: number
  run(request: ScoringRequest): Promise<Scored>
}

interface Defined {
  work(input: unknown): unknown
  readonly share: boolean
}

const defined = new Map<string, Defined>()
let threads: ScoringThreads | null = null

/** Sets where scoring is worked on; without threads in the calling one again. */
export function scoreWith(chosen: ScoringThreads | null = null): void {
  threads = chosen
}

/** How many pieces of work are worth asking for at once: one more than there are threads, so that none waits for this one. */
export const scoringPlaces = (): number => (threads === null ? 1 : threads.count + 1)

/**
 * Defines a pure function whose work may be done in another thread. `share`: the arrays of its answer come in shared memory, so that they go
 * on to further work without a copy; they cannot be sent to another process. Call it at the top of a module. The function answers as before where
 * no threads were started, and throws what the work throws.
 */
export function scoringWork<Input, Answer>(
  name: string,
  work: (input: Input) => Answer,
  { share = false } = {}
): (input: Input) => Promise<Answer> {
  defined.set(name, { work: work as (input: unknown) => unknown, share })
  return async (input) => {
    if (threads === null) return work(input)
    const { answer, fault } = await handedOut(threads, { scoring: name, input })
    if (fault === null) return answer as Answer
    throw faultOf(fault)
  }
}

const handed = { out: 0, since: 0, ms: 0 }

/** Milliseconds in which threads had work to do, until now: the calling thread only waits for it, so its own clock does not show it. */
export const scoringBusy = (): number => handed.ms + (handed.out === 0 ? 0 : performance.now() - handed.since)

async function handedOut(to: ScoringThreads, request: ScoringRequest): Promise<Scored> {
  if (handed.out === 0) handed.since = performance.now()
  handed.out += 1
  try {
    return await to.run(request)
  } finally {
    handed.out -= 1
    if (handed.out === 0) handed.ms += performance.now() - handed.since
  }
}

/** Body of a worker thread. */
export function scoredHere({ scoring, input }: ScoringRequest): Scored {
  try {
    const { work, share } = defined.get(scoring)!
    const answer = work(input)
    return { answer: share ? shared(answer) : answer, fault: null }
  } catch (thrown) {
    return { answer: null, fault: asFault(thrown).report() }
  }
}

/** The same value with every typed array in shared memory. */
function shared(value: unknown): unknown {
  if (value instanceof Float32Array) return intoShared(value, Float32Array)
  if (value instanceof Float64Array) return intoShared(value, Float64Array)
  if (value instanceof Uint8Array) return intoShared(value, Uint8Array)
  if (Array.isArray(value)) return value.map(shared)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shared(each)]))
}

function intoShared<Values extends Float32Array | Float64Array | Uint8Array>(
  values: Values,
  Type: new (buffer: SharedArrayBuffer) => Values
): Values {
  const copy = new Type(new SharedArrayBuffer(values.byteLength))
  copy.set(values)
  return copy
}
