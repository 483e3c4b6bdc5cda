import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { assessExperiment } from '@engine/handlers/assess'
import { readExperiment } from '@engine/handlers/experiment-file'
import { type MapPrint, MapPrints } from '@engine/handlers/map-prints'
import { prepareFolder } from '@engine/handlers/output-folder'
import { writeReportRecipe } from '@engine/handlers/report-recipe'
import { saveMeasurements } from '@engine/handlers/save-measurements'
import { printReport, reportFiles, writeReportFiles } from '@engine/handlers/report-files'
import { publishedStudies } from '@engine/handlers/published/index'
import { InferenceHost } from '@engine/runtime/inference-host'
import { type LaneCount, lanesFor } from '@engine/runtime/lane-count'
import { answerTitles } from '@shared/answer-columns'
import type { ExportIdentity } from '@shared/exports'
import type { Report } from '@shared/report'
import { Fault } from '@engine/fault'
import { type Arguments, oneOf, required } from '../arguments'
import type { CliCommand, CommandHost } from '../command'
import type { CommandConsole } from '../console'
import { keptWhenStopped } from '../kept-when-stopped'

/** `assess EXPERIMENT.json --out DIR`: every criterion of an experiment, as report. */
export const assessCommand: CliCommand = {
  name: 'assess',
  summary: 'trust criteria of an experiment: report.html, report.pdf, report.json, results.csv, figures',
  usage: [
    'saliscope assess EXPERIMENT.json --out DIR [--preset ID] [--as dicom-sr] [--identity pseudonym|source] [--json]',
    `--preset: maps, criteria and target of a published study on the data of the experiment: ${publishedStudies.map(({ id }) => id).join(', ')}`,
    '--as dicom-sr: also one DICOM report (TID 1500) for each case with DICOM images, in DIR/sr; --identity: who it says it is of'
  ].join('\n'),
  rules: { options: ['out', 'preset', 'as', 'identity'], flags: ['json'], positional: ['EXPERIMENT.json'] },

  async run(args, console, host) {
    const [path] = args.positional
    if (path === undefined) throw new Fault('usage', 'No experiment is named.', { hint: assessCommand.usage })
    const order = {
      experiment: resolve(path),
      out: resolve(required(args, 'out')),
      preset: args.option('preset'),
      reports: args.option('as') === undefined ? null : oneOf(args, 'as', ['dicom-sr']),
      identity: oneOf(args, 'identity', ['pseudonym', 'source'])
    }
    return assessToFolder(order, console, { ...host, ...assessmentLanes(args, host) })
  }
}

/** Processes side by side, as the machine has cores and memory; where the user states threads, one process has them all. */
export function assessmentLanes(args: Arguments, { threads, cores = threads }: CommandHost): LaneCount {
  return args.option('threads') === undefined ? lanesFor(cores) : { lanes: 1, threads }
}

export interface AssessOrder {
  readonly experiment: string
  readonly out: string
  /** A published study whose maps and criteria are taken. */
  readonly preset?: string | undefined
  /** DICOM reports are written too. */
  readonly reports?: 'dicom-sr' | null
  readonly identity?: ExportIdentity
}

/** Assesses an experiment, writes its report and says the answer; exit status 5 when some cases failed. */
export async function assessToFolder(
  { experiment, out, preset, reports = null, identity = 'pseudonym' }: AssessOrder,
  console: CommandConsole,
  { spawn, threads, lanes, version, printPdf }: CommandHost & LaneCount
): Promise<number> {
  const loaded = readExperiment(experiment, preset)
  prepareFolder(out)
  const host = new InferenceHost({
    spawn,
    lanes,
    onRestart: ({ model, reason }) => console.remark(`The computation with ${model} ${reason} and was started again.`)
  })
  try {
    const wish = { onProviderChange: (sentence: string) => console.remark(sentence) }
    const prints = new MapPrints()
    const tools = { host, threads, version, opened: undefined, wish, out, prints }
    const report = await keptWhenStopped(
      console.job(),
      (job) => assessExperiment(loaded, tools, job),
      (reached) => writeStopped({ reached, out, prints: prints.list() }, console)
    )
    const files = writeReportFiles(out, reportFiles(report))
    const printed = await printReport(out, report, printPdf)
    files.push(...printed.files)
    for (const sentence of printed.remarks) console.remark(sentence)
    if (reports !== null) {
      const saved = await saveMeasurements({ report, loaded }, { folder: out, identity, job: console.job() })
      files.push(...saved.files)
      for (const { reason } of saved.refused) console.remark(reason)
    }
    files.push(await writeReportRecipe(out, report, files, prints.list()))
    if (console.json) console.result(JSON.stringify(report))
    else for (const line of answerLines(report, files)) console.result(line)
    return report.failed.length > 0 ? 5 : 0
  } finally {
    host.dispose()
  }
}

/**
 * What was scored before it was stopped; a report that is there already stays, and the unfinished one goes below it.
 * Nothing is printed, so that the user waits no longer than for the files.
 */
async function writeStopped(
  { reached, out, prints }: { reached: Report; out: string; prints: readonly MapPrint[] },
  console: CommandConsole
): Promise<void> {
  const below = existsSync(join(out, 'report.json'))
  const folder = below ? join(out, 'stopped') : out
  prepareFolder(folder)
  const files = writeReportFiles(folder, reportFiles(reached))
  files.push(await writeReportRecipe(folder, reached, files, prints))
  console.remark(
    `What was scored until now is written${below ? ' to "stopped", beside the report that was there' : ''}, as a report that says it was not finished: ${files.filter((file) => !file.startsWith('figures')).join(', ')}.`
  )
}

function answerLines({ answer, failed }: Report, files: readonly string[]): string[] {
  const block = (title: string, sentences: readonly string[]): string[] =>
    sentences.length === 0 ? [] : ['', title, ...sentences.map((sentence) => `  ${sentence}`)]
  return [
    answer.headline,
    answer.tested,
    ...block(answerTitles.reliedOn, answer.reliedOn),
    ...block(answerTitles.notReliedOn, answer.notReliedOn),
    ...block(answerTitles.unclear, answer.unclear),
    ...block(answerTitles.notAssessed, answer.notAssessed),
    ...block('About the models', answer.models),
    ...block(
      'Failed',
      failed.map(
        (item) => `${[item.case, item.model, item.method].filter((name) => name !== '').join(' · ')}: ${item.reason}`
      )
    ),
    '',
    `Written: ${files.filter((file) => !file.startsWith('figures')).join(', ')} and ${files.filter((file) => file.startsWith('figures')).length} figures. Research use. Not for diagnosis.`
  ]
}
