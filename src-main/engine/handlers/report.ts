import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import type { Job } from '@engine/job'
import type { ReportRequest } from '@shared/protocol'
import type { Report } from '@shared/report'
import type { CaseEntry } from './case-shelf'
import { type AssessmentTools, assessExperiment } from './assess'
import { type LoadedExperiment, readExperiment } from './experiment-file'
import { changedOutlines, currentEntries, orderedEntries, outlineStates, questionsOf } from './report-age'
import type { ReportPlaces } from './report-shelf'
import { openCasesExperiment } from './open-cases-experiment'
import { saveReport } from './save-report'
import { sampleExperiment } from './sample'
import type { Workbench } from './workbench'

type ReportHandlers = Pick<Handlers, `report.${'run' | 'list' | 'read' | 'save' | 'age' | 'again'}`>

/** The trust report: run as a job, read while it fills in, saved in one call. */
export function reportHandlers(workbench: Workbench): ReportHandlers {
  const { reports, options } = workbench
  return {
    async 'report.run'(request) {
      const experiment = request.source === 'file' ? options.resolveGrant(request.grant) : null
      return queueReport(workbench, request, { experiment, regions: regionPaths(workbench, request) })
    },

    async 'report.list'() {
      return reports.list()
    },

    async 'report.read'({ reportId }) {
      const { report, complete } = reports.require(reportId)
      return { report, complete }
    },

    async 'report.age'({ reportId }) {
      const { about, outlines, notes, origin } = reports.entry(reportId)
      const now = async () => outlineStates(workbench.cases, currentEntries(workbench.cases, about))
      const changed = outlines === null ? [] : changedOutlines(outlines, await now())
      return { changed, ...questionsOf(notes), follows: origin.follows }
    },

    async 'report.again'({ reportId }) {
      const { request, places } = reports.entry(reportId).origin
      return queueReport(workbench, request, places, reportId)
    },

    async 'report.save'({ reportId, grant, as, identity }, job) {
      const folder = options.resolveGrant(grant)
      return saveReport(reports.require(reportId), { as }, { folder, identity, job, print: options.printPdf })
    }
  }
}

function regionPaths({ options }: Workbench, request: ReportRequest): Record<string, string> {
  if (request.source !== 'open' || request.regions === null) return {}
  const { set, fit, model } = request.regions
  const grants = [set.kind === 'file' ? set.grant : null, fit === 'model' ? (model?.grant ?? null) : null]
  return Object.fromEntries(
    grants.flatMap((grant) => (grant === null ? [] : [[grant, options.resolveGrant(grant)] as const]))
  )
}

/** Checks the experiment, then queues its assessment; the first partial report is there within seconds. */
export function queueReport(
  workbench: Workbench,
  request: ReportRequest,
  places: ReportPlaces,
  follows: string | null = null
): { jobId: string; reportId: string } {
  const { reports, jobs, emit } = workbench
  const { loaded, parts } = experimentOf(workbench, request, places)
  const about = { loaded, entries: openEntries(workbench, request) }
  const reportId = reports.place(loaded.experiment.title, about, { request, places, follows })
  const show = (report: Report, complete: boolean): void => {
    reports.update(reportId, report, complete)
    emit('report', { reportId, complete })
  }
  const tools: AssessmentTools = {
    host: workbench.host,
    threads: workbench.options.threads,
    version: workbench.options.version,
    memory: workbench.assessments,
    answered: (note) => reports.note(reportId, note),
    prints: reports.entry(reportId).prints,
    opened: parts
  }
  const jobId = jobs.add({
    title: loaded.experiment.title,
    kind: 'assessment',
    units: ['Trust report'],
    run: async (_unit, job: Job) => {
      // Of the cases as they were ordered, as they are assessed: what was outlined while the report waited is not in it.
      reports.begin(reportId, await outlineStates(parts?.cases ?? workbench.cases, orderedEntries(about)))
      const report = await assessExperiment(loaded, tools, { ...job, partial: (value) => show(value as Report, false) })
      show(report, true)
    },
    resultId: reportId,
    request: {
      kind: 'report',
      request,
      experimentPath: places.experiment,
      regionPaths: places.regions,
      ...pathsOf(workbench, request)
    }
  })
  return { jobId, reportId }
}

function experimentOf(
  workbench: Workbench,
  request: ReportRequest,
  { experiment: path, regions }: ReportPlaces
): { loaded: LoadedExperiment; parts: AssessmentTools['opened'] } {
  switch (request.source) {
    case 'demo':
    case 'sample':
      return { loaded: sampleExperiment(workbench.options.sampleFolder, request.source), parts: undefined }
    case 'file':
      if (path === null)
        throw new Fault('not-found', 'The experiment file is not known any more.', { hint: 'Open it again.' })
      return { loaded: readExperiment(path), parts: undefined }
    case 'open':
      return openCasesExperiment(workbench, request, regions)
  }
}

/** Cases as they are open now, with the outlines attached in the window; undefined for an experiment of files. */
function openEntries({ cases }: Workbench, request: ReportRequest): readonly CaseEntry[] | undefined {
  return request.source === 'open' ? request.cases.map((caseId) => cases.require(caseId)) : undefined
}

function pathsOf({ cases, models }: Workbench, request: ReportRequest): { casePaths: string[]; modelPaths: string[] } {
  if (request.source !== 'open') return { casePaths: [], modelPaths: [] }
  return {
    casePaths: [...new Set(request.cases.flatMap((caseId) => cases.require(caseId).paths))],
    modelPaths: request.models.map((modelId) => models.require(modelId).path)
  }
}
