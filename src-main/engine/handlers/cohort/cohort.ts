import { blocksOf, cohortDigest, type CohortPlan, type CohortUnit, type Shard, unitsOf } from '@engine/cohort/plan'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import type { Experiment } from '@shared/experiment'
import type { Report } from '@shared/report'
import { type AssessmentTools, assessExperiment, checkScales, chosenCriteria } from '../assess'
import { sampledCases } from '../experiment-cases'
import { loadedFrom, type LoadedExperiment } from '../experiment-file'
import { experimentFiles } from '../experiment-hashes'
import { type ExperimentParts, openExperiment } from '../experiment-parts'
import { experimentRunOf } from '../elsewhere-run'
import { runSpec } from '../experiment-spec'
import { hashJson } from '../recipe'
import { reportCases } from '../report-cases'
import { answerFrom, recordUnit } from './recorded-run'
import { type CohortStore, doneUnits, makeStore, readPart, writePart } from './store'

export type CohortTools = Omit<AssessmentTools, 'opened'>

/** Runs give the same bits again: no sizes of batches are tried out by the clock. */
const steady = { rows: 'usual' } as const

/** Plans an experiment in blocks of `size` cases; its models are opened, nothing is computed. Throws Fault `bad-experiment`, `usage`, `not-writable`, and what opening throws. */
export async function planCohort(
  loaded: LoadedExperiment,
  { folder, size }: { readonly folder: string; readonly size: number },
  tools: CohortTools,
  job: Job
): Promise<CohortStore> {
  const parts = await openCohort(loaded, tools, job)
  const { version } = tools
  const plan: CohortPlan = {
    version: 1,
    saliscope: version,
    folder: loaded.folder,
    experiment: { ...loaded.experiment }
  }
  const shared = await sharedHash(parts, version)
  const units: CohortUnit[] = []
  const scored = sampledCases(loaded.experiment).map(({ id }) => id)
  for (const cases of blocksOf(scored, size)) units.push({ id: await unitId(parts, shared, cases), cases })
  const store = { folder, plan, units }
  makeStore(store)
  return store
}

/** Opens everything an experiment names: what is wrong is known before anything is planned or computed. */
async function openCohort(loaded: LoadedExperiment, tools: CohortTools, job: Job): Promise<ExperimentParts> {
  const chosen = chosenCriteria(loaded)
  const parts = await openExperiment(loaded, { ...tools, wish: { ...tools.wish, ...steady }, job })
  checkScales(parts, chosen)
  return parts
}

/** What all units are functions of: settings, models, references, the version. */
async function sharedHash(parts: ExperimentParts, version: string): Promise<string> {
  const { experiment } = parts
  const scored = new Set(sampledCases(experiment).map(({ id }) => id))
  const cases = experiment.cases.filter(({ id }) => !scored.has(id))
  const files = await experimentFiles({ ...parts, experiment: { ...experiment, cases } })
  return hashJson({ version, files, experiment })
}

/** SHA-256 of what all units share and of the files of the unit's own cases. */
async function unitId(parts: ExperimentParts, shared: string, cases: readonly string[]): Promise<string> {
  const { experiment } = parts
  const own: Experiment = {
    ...experiment,
    cases: experiment.cases.filter(({ id }) => cases.includes(id)),
    // Their files are part of what is shared: a large model is not hashed once a unit.
    models: experiment.models.map((model) => ({ ...model, onnx: '', card: null })),
    references: { averageMask: null, background: null }
  }
  return hashJson({ shared, cases, files: await experimentFiles({ ...parts, experiment: own }) })
}

export interface ShardOutcome {
  readonly units: number
  readonly done: number
  readonly skipped: number
  /** Units that could not be finished now, with the reason. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[]
}

/**
 * Works on the units of a shard that are not done. A unit is written when all its questions are answered; one that met a fault of the machine
 * is left for another try. Throws Fault `bad-experiment` when files are not what was planned, and what opening throws.
 */
export async function runShard(store: CohortStore, shard: Shard, tools: CohortTools, job: Job): Promise<ShardOutcome> {
  const mine = unitsOf(store.units, shard)
  const done = doneUnits(store)
  const left = mine.filter(({ id }) => !done.has(id))
  const skipped = mine.length - left.length
  if (left.length === 0) return { units: mine.length, done: 0, skipped, failed: [] }
  const loaded = plannedExperiment(store, tools.version)
  const parts = await openCohort(loaded, tools, job)
  const shared = await sharedHash(parts, tools.version)
  const chosen = chosenCriteria(loaded)
  const run = experimentRunOf(parts, runSpec(parts))
  const failed: { id: string; reason: string }[] = []
  for (const [index, unit] of left.entries()) {
    if ((await unitId(parts, shared, unit.cases)) !== unit.id) throw changed(unit)
    const recording = recordUnit(run, unit.cases)
    for (const [place, { criterion, params }] of chosen.entries()) {
      throwIfCancelled(job)
      await criterion.assess(recording.run, params, quiet(job))
      job.progress(`unit ${index + 1} of ${left.length}`, place + 1, chosen.length)
    }
    await reportCases(recording.run, { ...run.spec, cases: run.spec.cases.filter(({ id }) => unit.cases.includes(id)) })
    checkProvider(parts.models.computedOn(), tools.wish?.provider)
    const fault = recording.failure()
    if (fault === null) writePart(store, unit.id, recording.answers)
    else failed.push({ id: unit.id, reason: fault.message })
  }
  return { units: mine.length, done: left.length - failed.length, skipped, failed }
}

/** Progress is told by unit, rows of a single unit mean nothing. */
const quiet = ({ signal }: Job): Job => ({ signal, progress: () => undefined })

const changed = ({ cases }: CohortUnit): Fault =>
  new Fault('bad-experiment', `Files of ${cases.join(', ')} or of a model are not what was planned.`, {
    hint: 'Plan the cohort again into an empty folder.'
  })

/** A shard that was to use a GPU never goes on without it. Throws Fault `inference-failed`. */
function checkProvider(
  used: readonly { readonly name: string; readonly used: string; readonly reason: string | null }[],
  wanted: string | undefined
): void {
  if (wanted === undefined || wanted === 'auto') return
  const other = used.find((record) => record.used !== wanted)
  if (other === undefined) return
  throw new Fault('inference-failed', `${other.name} was computed on ${other.used}, not on ${wanted}.`, {
    subject: other.name,
    hint: other.reason ?? 'Run the shard on a machine that has it, or leave --provider out.'
  })
}

/** The experiment as it was planned. Throws Fault `bad-experiment` for a plan of another version. */
function plannedExperiment({ plan }: CohortStore, version: string): LoadedExperiment {
  if (plan.saliscope !== version) {
    throw new Fault('bad-experiment', `The cohort was planned by version ${plan.saliscope}; this is ${version}.`, {
      hint: 'Answers of two versions are not mixed: use the same one, or plan again.'
    })
  }
  return loadedFrom(plan.experiment, plan.folder)
}

export interface MergeOutcome {
  readonly report: Report
  /** Over the bytes of all parts, in the order of the manifest. */
  readonly digest: string
  readonly units: number
  readonly answers: number
  /** Questions nobody had asked in a unit: computed now. */
  readonly computed: number
}

/** The report of a cohort whose units are all done, from the kept answers. Throws Fault `some-failed` while units are missing, `bad-file`. */
export async function mergeCohort(store: CohortStore, tools: CohortTools, job: Job): Promise<MergeOutcome> {
  const done = doneUnits(store)
  const missing = store.units.filter(({ id }) => !done.has(id))
  if (missing.length > 0) {
    throw new Fault('some-failed', `${missing.length} of ${store.units.length} units are not done.`, {
      hint: 'Run their shards; units that are done are skipped.'
    })
  }
  const parts = store.units.map(({ id }) => ({ id, content: readPart(store, id) }))
  const places = new Map(parts.flatMap(({ content }) => content.keys.map((key) => [key, content] as const)))
  const kept = { find: (key: string): unknown => places.get(key)?.answer(key) }
  let computed = (): number => 0
  const through = (run: ExperimentRun): ExperimentRun => {
    const answered = answerFrom(run, kept)
    computed = answered.computed
    return answered.run
  }
  const wish = { ...tools.wish, ...steady }
  const loaded = plannedExperiment(store, tools.version)
  const report = await assessExperiment(loaded, { ...tools, opened: undefined, wish, through }, job)
  const digest = cohortDigest(parts.map(({ id, content }) => ({ id, sha256: content.sha256 })))
  return { report, digest, units: parts.length, answers: places.size, computed: computed() }
}
