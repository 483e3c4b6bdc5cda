import * as v from 'valibot'
import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import { MapRequest, ReportRequest } from '@shared/protocol'
import { queueMaps } from './map'
import { openCases } from './open-cases'
import { queueReport } from './report'
import type { UnfinishedJob } from './unfinished-job'
import type { Workbench } from './workbench'

/** What is kept of a job to start it again. */
const KeptRequest = v.variant('kind', [
  v.object({
    kind: v.literal('maps'),
    request: MapRequest,
    casePaths: v.array(v.string()),
    modelPaths: v.array(v.string())
  }),
  v.object({
    kind: v.literal('report'),
    request: ReportRequest,
    experimentPath: v.nullable(v.string()),
    regionPaths: v.optional(v.record(v.string(), v.string()), {}),
    casePaths: v.array(v.string()),
    modelPaths: v.array(v.string())
  })
])

/**
 * Starts a job again that the last shut-down cut off: its files are opened again (same paths give the same ids).
 * Throws Fault `not-found` when a file is gone or the job cannot be read.
 */
export async function restoreJob(workbench: Workbench, unfinished: UnfinishedJob, job: Job): Promise<void> {
  const parsed = v.safeParse(KeptRequest, unfinished.request)
  if (!parsed.success)
    throw new Fault('not-found', `"${unfinished.title}" was kept in a form this version does not read.`, {
      hint: 'Start it anew.'
    })
  const kept = parsed.output
  await reopen(workbench, kept, job)
  if (kept.kind === 'maps') queueMaps(workbench, kept.request)
  else queueReport(workbench, kept.request, { experiment: kept.experimentPath, regions: kept.regionPaths })
}

async function reopen(
  workbench: Workbench,
  { casePaths, modelPaths }: { casePaths: string[]; modelPaths: string[] },
  job: Job
): Promise<void> {
  const open = new Set(workbench.cases.list().flatMap(({ caseId }) => workbench.cases.require(caseId).paths))
  const closed = casePaths.filter((path) => !open.has(path))
  if (closed.length > 0) await openCases(workbench, closed, job)
  const models = new Set(workbench.models.list().map(({ modelId }) => workbench.models.require(modelId).path))
  for (const path of modelPaths) if (!models.has(path)) await workbench.models.open(path, job)
}
