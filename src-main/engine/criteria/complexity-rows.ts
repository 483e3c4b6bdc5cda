import type { CaseSource } from '@engine/criteria/case-maps'
import { trained, type RunCase, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { constantMap } from '@engine/criteria/references/constant'
import { uniformNoise } from '@engine/criteria/references/random'
import { missingReasons, resultRow } from '@engine/criteria/row'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { figure, withInterval } from '@engine/criteria/wording'
import { entropyMetric, giniMetric } from '@engine/metrics/complexity'
import type { Metric } from '@engine/metrics/metric'
import { randomStream } from '@engine/tensor/random'
import type { Reference, ResultRow } from '@shared/report'

const measured: readonly Metric<object>[] = [entropyMetric, giniMetric]

export interface ComplexityFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
  readonly cases: readonly RunCase[]
}

/**
 * Entropy and Gini index of the scored maps, beside those of a map that is the same everywhere and of a random one. There is no rule for them: a
 * concentrated map is not a truer one. Throws Fault `cancelled`.
 */
export async function complexityRows(
  source: CaseSource,
  frame: ComplexityFrame,
  statistics: Statistics
): Promise<ResultRow[]> {
  const lists = measured.map(() => ({
    own: [] as CaseNumber[],
    constant: [] as CaseNumber[],
    random: [] as CaseNumber[]
  }))
  for (const { id, patient } of frame.cases) {
    const map = await source.map({ modelId: frame.model.id, caseId: id, methodId: frame.method.id, weights: trained })
    for (const [index, metric] of measured.entries()) {
      const { own, constant, random } = lists[index]
      if (typeof map === 'string') own.push({ id, patient, value: null, reason: map })
      else {
        const number = (values: Float32Array): CaseNumber => {
          const found = metric.compute({ map: values, shape: map.shape }, {})
          return found.value === null
            ? { id, patient, value: null, reason: found.reason }
            : { id, patient, value: found.value }
        }
        own.push(number(map.values))
        constant.push(number(constantMap(map.values.length)))
        random.push(number(uniformNoise(map.shape, randomStream(source.run.spec.seed, 'complexity', id))))
      }
    }
  }
  return measured.map((metric, index) => rowOf(frame, metric, { ...lists[index], statistics }))
}

interface Lists {
  readonly own: readonly CaseNumber[]
  readonly constant: readonly CaseNumber[]
  readonly random: readonly CaseNumber[]
  readonly statistics: Statistics
}

function rowOf(
  frame: ComplexityFrame,
  { id, better }: Metric<object>,
  { own, constant, random, statistics }: Lists
): ResultRow {
  const summary = statistics.summarise(own)
  const reference = (name: string, title: string, numbers: readonly CaseNumber[]): Reference => {
    const { value, ci95 } = statistics.summarise(numbers)
    const difference = value === null ? null : statistics.difference(own, numbers)
    return { id: name, title, value, ci95, decides: false, difference }
  }
  const references = [
    reference('constant', 'map that is the same everywhere', constant),
    reference('random', 'random map', random)
  ]
  const words = id === 'gini' ? 'Concentrated' : 'Spread out'
  const reason =
    summary.value === null
      ? 'No map could be measured.'
      : `${words} by ${withInterval(summary.value, summary.ci95)}; a random map ${figure(references[1].value)}. A concentrated map is not a truer one: there is no rule.`
  return resultRow(
    {
      criterion: 'robustness.complexity',
      metric: id,
      method: frame.method.id,
      models: [frame.model.id],
      grid: frame.grid,
      headline: false,
      better
    },
    {
      numbers: own,
      summary,
      references,
      verdict: { state: 'not-assessable', rule: frame.rule, reason },
      excluded: missingReasons(own)
    }
  )
}
