import { presets } from '@engine/attribution/presets/index'
import type { CriterionResult } from '@engine/criteria/criterion'
import type { RunSpec } from '@engine/criteria/experiment-run'
import type { ResultRow } from '@shared/report'
import type { Anchor, ReportPreset } from '@shared/report-preset'
import { publishedStudy } from './preset-experiment'
import { withSetting, type RunSettings } from './preset-settings'
import type { AnchorFigure, PublishedFigure } from './published/published-study'

type Here = Anchor['here'][number]

/** What a run did, as far as it stands beside a study. */
export interface PresetRun {
  readonly spec: RunSpec
  readonly found: CriterionResult
  readonly settings: RunSettings
}

/** A published study beside this run: where the two depart, and every figure it reports with ours, model by model. */
export function presetComparison(id: string, { spec, found, settings }: PresetRun): ReportPreset {
  const study = publishedStudy(id)
  const preset = presets.find((one) => one.id === id)
  const known = new Set(spec.methods.map((method) => method.id))
  return {
    id,
    title: preset?.title ?? id,
    citation: { ...(preset?.citation ?? { text: '', bibtex: '' }) },
    summary: [study.summary, preset?.departs ?? ''].filter((words) => words !== '').join(' '),
    departures: study.departures.map(({ setting, here, ...departure }) => ({
      ...departure,
      here: setting === undefined ? here : withSetting(here, setting, settings)
    })),
    anchors: study.figures
      .filter(({ method }) => method === '' || known.has(method))
      .map(({ what, set, method, published, source, figure }) => ({
        what,
        set,
        method,
        published,
        source,
        kind: kindOf(figure),
        here: hereOf({ method, figure }, spec, found)
      }))
  }
}

function kindOf({ kind }: AnchorFigure): NonNullable<Anchor['kind']> {
  if (kind === 'region-p') return 'p'
  if (kind === 'failing') return 'count'
  return kind === 'best' ? 'best' : 'mean'
}

/** Figures about all maps of a run, not about one. */
const ofAllMaps: readonly AnchorFigure['kind'][] = ['best', 'failing']

const missing = (model: string, reason: string): Here => ({ model, n: 0, value: null, ci95: null, reason })

function hereOf(
  { method, figure }: Pick<PublishedFigure, 'method' | 'figure'>,
  spec: RunSpec,
  found: CriterionResult
): Here[] {
  if (figure.kind === 'performance') return performanceHere(figure.figure, spec, found)
  const all = found.rows.filter((row) => fits(row, figure))
  const rows = ofAllMaps.includes(figure.kind)
    ? all
    : method === ''
      ? firstOfEach(all, figure.kind === 'reference' ? figure.reference : '')
      : all.filter((row) => row.method === method)
  if (rows.length === 0) return [missing('', 'not asked in this run')]
  if (figure.kind === 'best') return bestOf(rows, spec)
  if (figure.kind === 'failing') return failingOf(rows, spec)
  if (figure.kind === 'region-p') return regionHere(rows, figure.region)
  return rows.map((row) => (figure.kind === 'row' ? valueOf(row) : referenceOf(row, figure.reference)))
}

function fits(row: ResultRow, figure: Exclude<AnchorFigure, { kind: 'performance' }>): boolean {
  if (figure.kind === 'region-p') return row.criterion === 'regions.group-difference'
  return row.criterion === figure.criterion && row.metric === figure.metric
}

/** A reference is the same beside every map: one row a model stands for all, one that has it where there is any. */
function firstOfEach(rows: readonly ResultRow[], reference: string): ResultRow[] {
  const hasIt = (row: ResultRow): boolean => row.references.some(({ id, value }) => id === reference && value !== null)
  return [...new Set(rows.map(({ model }) => model))].map((model) => {
    const own = rows.filter((row) => row.model === model)
    return own.find(hasIt) ?? own[0]
  })
}

function valueOf({ model, n, value, ci95, verdict }: ResultRow): Here {
  return { model, n, value, ci95, reason: value === null ? verdict.reason : '' }
}

function referenceOf({ model, n, references, verdict }: ResultRow, id: string): Here {
  const reference = references.find((one) => one.id === id)
  if (reference === undefined)
    return missing(model, references.length === 0 ? verdict.reason : 'no such reference here')
  return { model, n, value: reference.value, ci95: reference.ci95, reason: reference.reason ?? '' }
}

function regionHere(rows: readonly ResultRow[], region: number): Here[] {
  return [...new Set(rows.map((row) => row.model))].map((model) => {
    const row = rows.filter((one) => one.model === model)[region - 1]
    const p = row?.references[0]?.difference?.p ?? null
    if (row === undefined) return missing(model, 'this run has fewer regions')
    return { model, n: row.n, value: p, ci95: null, reason: p === null ? row.verdict.reason : '' }
  })
}

function bestOf(rows: readonly ResultRow[], spec: RunSpec): Here[] {
  const methods = new Map(spec.methods.map((method) => [method.id, method]))
  return [...new Set(rows.map((row) => row.model))].map((model) => {
    const own = rows.filter(
      (row) => row.model === model && row.value !== null && methods.get(row.method)?.role === 'method'
    )
    if (own.length === 0) return missing(model, 'no map has a value')
    const best = own.reduce((top, row) => (row.value! > top.value! ? row : top))
    return { model, n: best.n, value: best.value, ci95: best.ci95, reason: methods.get(best.method)?.title ?? '' }
  })
}

function failingOf(rows: readonly ResultRow[], spec: RunSpec): Here[] {
  const methods = new Map(spec.methods.map((method) => [method.id, method]))
  return [...new Set(rows.map((row) => row.model))].map((model) => {
    const own = rows.filter(
      (row) =>
        row.model === model && row.verdict.state !== 'not-assessable' && methods.get(row.method)?.role === 'method'
    )
    if (own.length === 0) return missing(model, 'no map could be judged')
    const failed = own.filter((row) => row.verdict.state === 'fail')
    return { model, n: own.length, value: failed.length, ci95: null, reason: '' }
  })
}

function performanceHere(figure: 'accuracy' | 'auc', spec: RunSpec, found: CriterionResult): Here[] {
  if (found.performance.length === 0) return [missing('', 'not asked in this run')]
  return found.performance.flatMap(({ modelId, figures }) =>
    figures.map((one) => ({
      model: spec.models.some(({ id }) => id === modelId) ? modelId : '',
      n: one.n,
      value: one[figure].value,
      ci95: one[figure].ci95,
      reason: one[figure].value === null ? (one[figure].reason ?? 'not defined') : figures.length > 1 ? one.label : ''
    }))
  )
}
