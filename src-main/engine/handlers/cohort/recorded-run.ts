import type { ExperimentRun } from '@engine/criteria/experiment-run'
import { asFault, Fault } from '@engine/fault'
import type { Tensor } from '@engine/tensor/tensor'
import { FaultReport } from '@shared/fault'
import * as v from 'valibot'
import { hashArray, hashJson } from '../recipe'

/** Questions that cost inference: their answers are kept. What files alone tell is read again. */
const costly = ['map', 'prediction', 'perturbed', 'attributions', 'localiserMap', 'groupMap'] as const
type Costly = (typeof costly)[number]

const isCostly = (name: string): name is Costly => (costly as readonly string[]).includes(name)

/** Questions about one case, and where their arguments name it. */
const caseOf: Readonly<Partial<Record<keyof ExperimentRun, (args: readonly unknown[]) => string>>> = {
  ...Object.fromEntries(
    (['map', 'attributions', 'groupMap'] as const).map((name) => [
      name,
      ([request]: readonly unknown[]) => (request as { caseId: string }).caseId
    ])
  ),
  ...Object.fromEntries(
    (
      [
        'prediction',
        'perturbed',
        'localiserMap',
        'mask',
        'averageMask',
        'input',
        'cueBoxes',
        'readers',
        'zones',
        'regions'
      ] as const
    ).map((name) => [name, ([, caseId]: readonly unknown[]) => String(caseId)])
  )
}

/** A question as text that is the same in every process; jobs are no part of it, changed inputs stand by their hashes. */
function questionKey(name: Costly, args: readonly unknown[]): string {
  const parts = args.filter((part) => !isJob(part)).map((part) => (isTensors(part) ? part.map(hashTensor) : part))
  return hashJson([name, ...parts])
}

const isJob = (part: unknown): boolean => typeof part === 'object' && part !== null && 'signal' in part

const isTensors = (part: unknown): part is readonly Tensor[] =>
  Array.isArray(part) && part.every((item: unknown) => typeof item === 'object' && item !== null && 'data' in item)

const hashTensor = ({ data, shape }: Tensor): [string, readonly number[]] => [hashArray(data), shape]

/** Faults of the machine, not of the case: the unit is tried again instead of keeping them. */
const passing = ['cancelled', 'inference-failed', 'inference-timeout', 'out-of-memory', 'disk-full', 'not-writable']

const KeptFault = v.object({ fault: FaultReport })

/** What was answered about the cases of one unit. */
export interface Recording {
  readonly run: ExperimentRun
  readonly answers: ReadonlyMap<string, unknown>
  /** A fault that a second try may be spared; null when there was none. */
  failure(): Fault | null
}

/**
 * The run as the criteria of one unit see it: they know all cases, but get answers about their own only. What they are
 * answered is recorded.
 */
export function recordUnit(run: ExperimentRun, cases: readonly string[]): Recording {
  const answers = new Map<string, unknown>()
  const own = new Set(cases)
  let failed: Fault | null = null
  const recorded = async (name: Costly, args: readonly unknown[], ask: () => Promise<unknown>): Promise<unknown> => {
    const key = questionKey(name, args)
    try {
      const answer = await ask()
      answers.set(key, answer)
      return answer
    } catch (thrown) {
      const fault = asFault(thrown)
      if (passing.includes(fault.code)) failed ??= fault
      else answers.set(key, { fault: fault.report() })
      throw fault
    }
  }
  const proxy = asking(run, (name, args, ask) => {
    const subject = caseOf[name]?.(args)
    if (name === 'keepMap') return Promise.resolve(null)
    if (name === 'prefetch') {
      const [requests, job] = args as Parameters<ExperimentRun['prefetch']>
      return run.prefetch(
        requests.filter(({ caseId }) => own.has(caseId)),
        job
      )
    }
    if (subject === undefined) return ask()
    if (!own.has(subject)) return Promise.reject(new Fault('not-found', 'The case is one of another unit.'))
    return isCostly(name) ? recorded(name, args, ask) : ask()
  })
  return { run: proxy, answers, failure: () => failed }
}

/** Kept answers of all units. */
export interface KeptAnswers {
  /** undefined: nobody asked. */
  find(key: string): unknown
}

/** The run as the merge sees it: answers from the store; what is not there is computed, and counted. */
export function answerFrom(run: ExperimentRun, kept: KeptAnswers): { run: ExperimentRun; computed(): number } {
  let computed = 0
  const proxy = asking(run, (name, args, ask) => {
    // What will be asked for is there already.
    if (name === 'prefetch') return Promise.resolve()
    if (!isCostly(name)) return ask()
    const answer = kept.find(questionKey(name, args))
    if (answer === undefined) {
      computed += 1
      return ask()
    }
    const { success, output } = v.safeParse(KeptFault, answer)
    if (!success) return Promise.resolve(answer)
    const { code, message, subject, hint } = (output as v.InferOutput<typeof KeptFault>).fault
    return Promise.reject(new Fault(code, message, { subject, hint }))
  })
  return { run: proxy, computed: () => computed }
}

type Answering = (name: keyof ExperimentRun, args: readonly unknown[], ask: () => Promise<unknown>) => Promise<unknown>

/** A run whose questions go through `answering`. */
function asking(run: ExperimentRun, answering: Answering): ExperimentRun {
  return new Proxy(run, {
    get(target, name: keyof ExperimentRun) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const question = value.bind(target) as (...args: readonly unknown[]) => Promise<unknown>
      return (...args: readonly unknown[]) => answering(name, args, () => question(...args))
    }
  })
}
