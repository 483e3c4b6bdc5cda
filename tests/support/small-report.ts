import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import { assessExperiment, chosenCriteria } from '@engine/handlers/assess'
import { experimentRunOf } from '@engine/handlers/elsewhere-run'
import { readExperiment } from '@engine/handlers/experiment-file'
import { openExperiment } from '@engine/handlers/experiment-parts'
import { runSpec } from '@engine/handlers/experiment-spec'
import { type MapPrint, MapPrints } from '@engine/handlers/map-prints'
import { type SettledParts, settledParts } from '@engine/handlers/report-settled'
import { conclusionsAgain } from '@engine/handlers/verification/conclusions-again'
import { reportAgain } from '@engine/handlers/verification/makings'
import type { Rerun } from '@engine/handlers/verification/rerun'
import { quietJob } from '@engine/job'
import { InferenceHost } from '@engine/runtime/inference-host'
import type { Experiment } from '@shared/experiment'
import type { Report } from '@shared/report'
import { cutSample } from './cut-sample'
import { inProcess } from './in-process'

/** A small real report, as it is written, with the experiment it was made of. */
export interface SmallReport {
  readonly written: Report
  /** Its folder: the volumes of groups lie there. */
  readonly out: string
  readonly run: ExperimentRun
  readonly settled: SettledParts
  readonly prints: readonly MapPrint[]
  /** What does not follow from the values of a report that may have been changed, as lines. */
  conclusions(report: Report, folder?: string): Promise<Rerun[]>
  close(): void
}

/** Assesses three images with a lesion and three without, of the sample's honest and token model. */
export async function smallReport(change: (experiment: Experiment) => void): Promise<SmallReport> {
  const folder = mkdtempSync(join(tmpdir(), 'saliscope-small-report-'))
  const out = join(folder, 'report')
  const host = new InferenceHost({ spawn: inProcess })
  const path = cutSample(
    folder,
    (raw) => {
      raw.cases = raw.cases.filter((_, index) => [0, 1, 2, 14, 15, 16].includes(index))
      change(raw)
    },
    3
  )
  const loaded = readExperiment(path)
  const prints = new MapPrints()
  const tools = { host, threads: 1, version: 'test', opened: undefined, out, prints }
  const written = JSON.parse(JSON.stringify(await assessExperiment(loaded, tools, quietJob()))) as Report
  const parts = await openExperiment(loaded, { host, threads: 1, job: quietJob() })
  const spec = runSpec(parts)
  return {
    written,
    out,
    run: experimentRunOf(parts, spec),
    settled: settledParts({ parts, spec, chosen: chosenCriteria(loaded) }),
    prints: prints.list(),
    conclusions: (report, at = out) => conclusionsAgain(reportAgain(report, spec, at), quietJob()),
    close: () => {
      host.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
