import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { isUnavailable, trained } from '@engine/criteria/experiment-run'
import { asFault, Fault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { Report } from '@shared/report'
import { chosenCriteria } from '../assess'
import { experimentRunOf } from '../elsewhere-run'
import { readExperiment } from '../experiment-file'
import { experimentFiles } from '../experiment-hashes'
import { closeSegmenters, type ExperimentParts, openExperiment } from '../experiment-parts'
import { runSpec } from '../experiment-spec'
import { MapPrint, printOf } from '../map-prints'
import { hashJson } from '../recipe'
import { type SettledParts, settledParts } from '../report-settled'
import { conclusionsAgain } from './conclusions-again'
import { drawn } from './drawn'
import { reportAgain } from './makings'
import { askedParts } from './presence/asked-parts'
import { heldByReport } from './presence/held'
import { parsed } from './parsed'
import { reportFolder } from './report'
import type { Rerun } from './rerun'
import { drawnLines, LinesAgain } from './rerun-line'
import { printAgain } from './rerun-print'
import { differs } from './said'
import { statementsAgain } from './statements'

export interface ReportRerunOrder {
  /** Folder of the report, or its report.json. */
  readonly path: string
  /** Maps, and lines of results.csv, that are drawn. */
  readonly count: number
  readonly seed: number
  /** The experiment the report was made of. */
  readonly experiment: string
}

/**
 * Draws maps and lines of results.csv, computes them again from the experiment, and compares; holds what the report says of its experiment against it,
 * and asks its criteria again what must be there; draws what it concludes again from its own values. What an input file was is held against its
 * SHA-256 first: a changed one is named. Throws Fault `bad-experiment` for another experiment than the report's, and what opening it throws.
 */
export async function rerunReport(
  order: ReportRerunOrder,
  { host, threads }: { readonly host: InferenceHost; readonly threads: number },
  job: Job
): Promise<Rerun[]> {
  const { path, experiment } = order
  const folder = reportFolder(path)
  const report = readReport(join(folder, 'report.json'))
  const loaded = readExperiment(experiment, report.preset?.id)
  const parts = await openExperiment(loaded, { host, threads, job })
  try {
    if (hashJson({ ...parts.experiment, title: null }) !== report.recipe['experiment']) {
      throw new Fault('bad-experiment', `"${basename(experiment)}" is not the experiment this report was made of.`, {
        subject: basename(experiment),
        hint: 'Name the experiment as it was when it was assessed.'
      })
    }
    const spec = runSpec(parts)
    const run = experimentRunOf(parts, spec)
    const prints = readPrints(join(folder, 'recipe.json'))
    const settled = settledParts({ parts, spec, chosen: chosenCriteria(loaded) })
    const asked = report.coverage.complete ? await askedParts(settled.recipe.criteria, run, job) : null
    return [
      ...(await changedFiles(report, parts)),
      ...(await computedAgain({ order, folder, parts, prints, settled }, job)),
      ...(await statementsAgain(report, { settled, run }, job)),
      ...heldByReport(report, { asked, prints }),
      ...(await conclusionsAgain(reportAgain(report, spec, folder, settled.recipe.criteria), job))
    ]
  } finally {
    closeSegmenters(parts)
  }
}

interface Drawing {
  readonly order: ReportRerunOrder
  readonly folder: string
  readonly parts: ExperimentParts
  readonly prints: readonly MapPrint[]
  readonly settled: SettledParts
}

/** Maps and lines of results.csv that are drawn, computed again. */
async function computedAgain({ order, folder, parts, prints, settled }: Drawing, job: Job): Promise<Rerun[]> {
  const maps = prints.length === 0 ? [noPrints] : await mapsAgain(parts, drawn(prints, order), job)
  const drawnOnes = drawnLines(readTable(join(folder, 'results.csv')), order)
  const lines = new LinesAgain(parts, settled.recipe.criteria)
  const numbers: Rerun[] = []
  for (const [index, line] of drawnOnes.entries()) {
    throwIfCancelled(job)
    job.progress('computing numbers again', index, drawnOnes.length)
    numbers.push(await lines.again(line, job))
  }
  return [...maps, ...numbers]
}

function readReport(path: string): Report {
  const report = parsed(Report, path)
  if (report !== null) return report
  throw new Fault('bad-file', `“${basename(path)}” cannot be read as a report.`, {
    subject: basename(path),
    hint: 'Run "saliscope verify" without --rerun: it says what of the report was changed.'
  })
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Fault('bad-file', `“${basename(path)}” of the report is missing or cannot be read.`, {
      subject: basename(path),
      hint: 'Without it no number can be drawn: save the report again.'
    })
  }
}

/** Said of a report without prints of its maps: it was written by a version that kept none, or they were taken out. */
const noPrints: Rerun = {
  file: 'maps',
  state: 'not-computed',
  off: null,
  reason: 'the report does not say what its maps looked like, so none was computed again'
}

/** Empty for a report that keeps none of its maps. */
function readPrints(path: string): MapPrint[] {
  return parsed(v.object({ prints: v.array(MapPrint) }), path)?.prints ?? []
}

/** Files the report was made of that hold something else now, or are gone; and those of the experiment that it does not name. */
async function changedFiles(report: Report, parts: ExperimentParts): Promise<Rerun[]> {
  const now = await experimentFiles(parts)
  const { files } = report.recipe
  const wrong = Object.entries(files).flatMap(([file, sha256]) => {
    if (now[file] === sha256) return []
    return [differs(file, now[file] === undefined ? 'is not there any more' : 'was changed after the report was made')]
  })
  const unnamed = Object.keys(now).filter((file) => files[file] === undefined)
  return [...wrong, ...unnamed.map((file) => differs(file, 'the report does not say what it was'))]
}

async function mapsAgain(parts: ExperimentParts, prints: readonly MapPrint[], job: Job): Promise<Rerun[]> {
  const run = experimentRunOf(parts, runSpec(parts))
  const found: Rerun[] = []
  for (const [index, print] of prints.entries()) {
    throwIfCancelled(job)
    job.progress('computing maps again', index, prints.length)
    const name = `map of ${print.method}, model ${print.model}, case ${print.case}`
    const request = { modelId: print.model, methodId: print.method, caseId: print.case, weights: trained }
    try {
      const map = await run.map(request, job)
      if (isUnavailable(map)) found.push({ file: name, state: 'not-computed', off: null, reason: map.unavailable })
      else found.push(printAgain(name, print, printOf(request, map)))
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled') throw fault
      found.push({ file: name, state: 'not-computed', off: null, reason: fault.message })
    }
  }
  return found
}
