import { comparedCases, classifiers } from '@engine/criteria/case-choice'
import type { Criterion } from '@engine/criteria/criterion'
import {
  type ExperimentRun,
  isUnavailable,
  type MapRequest,
  methodsOf,
  type RunSpec,
  trained
} from '@engine/criteria/experiment-run'
import { asFault } from '@engine/fault'
import { type Job, quietJob } from '@engine/job'
import { CountingRun, standInSide } from './counting-run'
import type { Demand } from './demand'

/** Maps of each model and method that are computed first, to learn what they cost: the first one pays for compiling. */
const tried = 2
/** Resamples while counting: what a bootstrap costs does not depend on the size of maps and is little beside them. */
const countingDraws = 20

export interface PlannedCriterion {
  readonly criterion: Criterion
  readonly params: Record<string, unknown>
}

export interface PlanTools {
  readonly run: ExperimentRun
  /** Bytes that maps may take before the oldest leave. */
  readonly keptBytes: number
  known(request: MapRequest): boolean
  blind(methodId: string): boolean
}

/**
 * Learns what an assessment will take: two maps of every model and method are computed (they are needed anyway), then every criterion is asked with
 * small stand-ins while its questions are counted. Throws Fault `cancelled`.
 */
export async function planAssessment(
  chosen: readonly PlannedCriterion[],
  tools: PlanTools,
  job: Job
): Promise<{ id: string; demand: Demand }[]> {
  const { run } = tools
  const { pixels, bytes } = await tryMaps(run, job)
  const keptMaps = Math.max(1, Math.floor(tools.keptBytes / bytes))
  const counting = new CountingRun(run.spec, { ...tools, real: run, keptMaps })
  const plan: { id: string; demand: Demand }[] = []
  for (const { criterion, params } of chosen) {
    const { demand, waitedMs } = counting.begin()
    const fewer = 'draws' in params ? { ...params, draws: countingDraws } : params
    const begun = performance.now()
    await unlessCancelled(() => criterion.assess(counting, fewer, quietJob(job.signal)))
    const ownMs = Math.max(0, performance.now() - begun - waitedMs())
    demand.ownMs = ownMs * Math.max(1, pixels / (standInSide * standInSide))
    plan.push({ id: criterion.id, demand })
  }
  await tryInputs(run, new Set(plan.flatMap(({ demand }) => [...demand.inputs.keys()])), job)
  return plan
}

/** Lets models answer an image a few times, as the criteria that change images will. */
async function tryInputs(run: ExperimentRun, models: ReadonlySet<string>, job: Job): Promise<void> {
  const [item] = comparedCases(run.spec)
  for (const modelId of item === undefined ? [] : models) {
    await unlessCancelled(async () => {
      const input = await run.input(modelId, item.id)
      await run.perturbed(modelId, item.id, [input, input, input, input], quietJob(job.signal))
    })
  }
}

/** Computes two maps of every model and method; how large the largest is. */
async function tryMaps(run: ExperimentRun, job: Job): Promise<{ pixels: number; bytes: number }> {
  const size = { pixels: standInSide * standInSide, bytes: 1 }
  const cases = comparedCases(run.spec).slice(0, tried)
  const pairs = pairsOf(run.spec)
  for (const [index, { modelId, methodId }] of pairs.entries()) {
    job.progress(`Trying every map on every model, ${index + 1} of ${pairs.length}`, 0, 0)
    // At once, as they will be later: what is measured is what a map adds where several are computed side by side.
    await Promise.all(
      cases.map(({ id: caseId }) =>
        unlessCancelled(async () => {
          const map = await run.map({ modelId, caseId, methodId, weights: trained }, quietJob(job.signal))
          if (isUnavailable(map)) return
          size.pixels = Math.max(size.pixels, map.values.length)
          size.bytes = Math.max(size.bytes, map.values.byteLength + (map.signed?.byteLength ?? 0))
        })
      )
    )
  }
  return size
}

function pairsOf(spec: RunSpec): { modelId: string; methodId: string }[] {
  return classifiers(spec).flatMap(({ id }) =>
    methodsOf(spec, id).map((method) => ({ modelId: id, methodId: method.id }))
  )
}

/** What fails here fails again when it is computed in earnest, and is listed then. */
async function unlessCancelled(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code === 'cancelled') throw fault
  }
}
