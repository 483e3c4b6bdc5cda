import type { CaseSource } from '@engine/criteria/case-maps'
import { trained, type RunCase, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { missingReasons, resultRow } from '@engine/criteria/row'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { percent } from '@engine/criteria/wording'
import { hotAreaMetric } from '@engine/metrics/hot-area'
import { mapEnergyMetric } from '@engine/metrics/map-energy'
import type { Metric } from '@engine/metrics/metric'
import * as v from 'valibot'
import type { ResultRow } from '@shared/report'

interface Marked {
  readonly id: string
  readonly metric: Metric
  readonly params: object
  readonly words: string
}

/** How much of an image a map marks, and how widely its energy is spread. */
const marked: readonly Marked[] = [
  {
    id: 'hot-area',
    metric: hotAreaMetric,
    params: { selection: 'fraction-of-max', fraction: 0.5 },
    words: 'marks (at half of its maximum)'
  },
  { id: 'map-energy', metric: mapEnergyMetric, params: {}, words: 'spreads its energy over' }
]

export interface NoFindingFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
}

/**
 * Images without a finding have nothing to point at, so whatever a map marks there is false: false-hot area and energy, printed apart from the
 * images with a finding and beside them, and never dropped. There is no rule for them: maps are scaled image by image. Throws Fault `cancelled`.
 */
export async function noFindingRows(
  source: CaseSource,
  frame: NoFindingFrame,
  statistics: Statistics
): Promise<ResultRow[]> {
  const { cases } = source.run.spec
  const without = cases.filter((item) => !item.hasMask && item.label === null)
  if (without.length === 0) return []
  const there = await markedBy(source, frame, without)
  const finding = await markedBy(
    source,
    frame,
    cases.filter((item) => item.hasMask)
  )
  return marked.map(({ id, words }, index) =>
    rowOf({ frame, id, words }, there[index], { finding: finding[index], statistics })
  )
}

/** The figures of the maps of some cases, one list a figure. */
async function markedBy(
  source: CaseSource,
  { model, method }: NoFindingFrame,
  cases: readonly RunCase[]
): Promise<CaseNumber[][]> {
  const lists = marked.map((): CaseNumber[] => [])
  for (const { id, patient } of cases) {
    const map = await source.map({ modelId: model.id, caseId: id, methodId: method.id, weights: trained })
    marked.forEach(({ metric, params }, index) => {
      if (typeof map === 'string') return void lists[index].push({ id, patient, value: null, reason: map })
      const found = metric.compute({ map: map.values, shape: map.shape }, v.parse(metric.params, params))
      const reason = map.flat ? 'a map that is the same everywhere' : found.value === null ? found.reason : undefined
      lists[index].push(
        reason === undefined ? { id, patient, value: found.value } : { id, patient, value: null, reason }
      )
    })
  }
  return lists
}

function rowOf(
  { frame, id, words }: { frame: NoFindingFrame; id: string; words: string },
  numbers: readonly CaseNumber[],
  { finding, statistics }: { finding: readonly CaseNumber[]; statistics: Statistics }
): ResultRow {
  const summary = statistics.summarise(numbers)
  const beside = statistics.summarise(finding)
  const found =
    summary.value === null
      ? 'No map of an image without a finding could be scored.'
      : `Where there is no finding the map ${words} ${percent(summary.value)} of the image` +
        `${beside.value === null ? '' : ` (with a finding ${percent(beside.value)})`}; all of it is false. There is no rule for it.`
  return resultRow(
    {
      criterion: 'localisation.no-finding',
      metric: id,
      method: frame.method.id,
      models: [frame.model.id],
      grid: frame.grid,
      headline: false,
      better: 'lower'
    },
    {
      numbers,
      summary,
      references: [
        {
          id: 'with-finding',
          title: 'images with a finding',
          value: beside.value,
          ci95: beside.ci95,
          decides: false,
          difference: null
        }
      ],
      verdict: { state: 'not-assessable', rule: frame.rule, reason: found },
      excluded: missingReasons(numbers)
    }
  )
}
