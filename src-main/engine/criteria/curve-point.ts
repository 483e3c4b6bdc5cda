import { missingReasons } from '@engine/criteria/row'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import type { Curve } from '@shared/report'

type Point = Curve['points'][number]

/** A point of a curve: mean and interval over the images, why some have no value, and where `keep` is set the value of each. */
export function curvePoint(
  x: string,
  numbers: readonly CaseNumber[],
  { statistics, keep }: { statistics: Statistics; keep: boolean }
): Point {
  const { n, value, sd, ci95 } = statistics.summarise(numbers)
  const missing = missingReasons(numbers)
  return {
    ...{ x, n, value, sd, ci95 },
    ...(keep ? { values: numbers.map((number) => number.value) } : {}),
    ...(missing.length === 0 ? {} : { missing })
  }
}

/** The lowest point of a curve and the last one. */
export function endsOf(points: readonly Point[]): Pick<Curve, 'minimum' | 'end'> {
  const means = points.flatMap(({ value }) => (value === null ? [] : [value]))
  return { minimum: means.length === 0 ? null : Math.min(...means), end: points[points.length - 1]?.value ?? null }
}
