import { figure, percent } from '@engine/criteria/wording'
import type { Report, ResultRow } from '@shared/report'

/** `0.48`, `−0.031`, `1.2 × 10⁻⁴`: figures of sentences have decimals, counts have none; `layer1.0` is a name. */
const figures = /(?<![\p{L}\d._−])−?\d+\.\d+(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?![\p{L}\d_]|\.\d)/gu

/**
 * A figure in the sentence of a row's verdict that the row does not hold: neither its mean, an end of an interval, a reference or a difference, nor a
 * point of its curve; null where there is none.
 */
export function foreignFigure(row: ResultRow, { curves }: Report): string | null {
  const own = curves.filter(
    ({ criterion, metric, method, model }) =>
      criterion === row.criterion && metric === row.metric && method === row.method && model === row.model
  )
  const { value, ci95, references, finding, region } = row
  const held = numbersIn([
    [value, ci95],
    references.map(({ perCase: _values, ...reference }) => reference),
    own.map(({ points }) => points.map((point) => point.value))
  ])
  const known = new Set(held.flatMap((one) => [figure(one), percent(one).replace(' %', '')]))
  // What things are called may have numbers in it.
  const names = [
    finding,
    region,
    ...references.map(({ title }) => title),
    ...own.flatMap(({ points }) => points.map(({ x }) => x))
  ]
  const sentence = names.reduce<string>(
    (text, name) => (name === undefined || name === '' ? text : text.replaceAll(name, ' ')),
    row.verdict.reason
  )
  const stated = sentence.match(figures) ?? []
  return stated.find((one) => !known.has(one) && !held.includes(Number(one.replace('−', '-')))) ?? null
}

/** Every number in a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (Array.isArray(value)) return value.flatMap(numbersIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}
