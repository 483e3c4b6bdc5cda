import { adjustRows } from '@engine/criteria/families'
import { compareMethods } from '@engine/criteria/method-pairs'
import { grouped } from '@shared/grouped'
import type { Comparison, ResultRow } from '@shared/report'
import { isSame, named, type ReportPart, type Wrong } from './part'

const adjustedOf = ({ references }: ResultRow): (number | null)[] =>
  references.map(({ difference }) => difference?.pHolm ?? null)

/** p values adjusted by Holm within their families, from the p values of the rows. */
export const adjustedPart: ReportPart = {
  title: 'rows with p values adjusted by Holm',
  again({ report, spec }) {
    const found = adjustRows(report.results, spec)
    const tested = report.results.flatMap((row, index) =>
      row.references.some(({ decides, difference }) => decides && difference !== null) ? [index] : []
    )
    const wrong = tested.flatMap((index): Wrong[] => {
      const row = report.results[index]
      const [stated, again] = [adjustedOf(row), adjustedOf(found[index])]
      if (isSame(stated, again)) return []
      const at = stated.findIndex((p, place) => p !== again[place])
      const what = named(`row ${index + 1}`, row.criterion, row.metric, row.method, row.model)
      const said = (p: number | null): string => (p === null ? 'none' : String(Number(p.toPrecision(6))))
      const reason = `the adjusted p beside “${row.references[at].title}” is written as ${said(stated[at])}, from the p values of its family it is ${said(again[at])}`
      return [{ what, reason }]
    })
    return { drawn: tested.length, wrong, asWritten: [] }
  }
}

const keyOf = ({ criterion, metric, model }: Pick<Comparison, 'criterion' | 'metric' | 'model'>): string =>
  JSON.stringify([criterion, metric, model])

/** Every pair of methods compared: difference, interval, p and adjusted p from the values image by image. */
export const comparisonsPart: ReportPart = {
  title: 'comparisons of two maps',
  again(of) {
    const { report, spec } = of
    const rows = new Map(grouped(report.results, keyOf))
    const wrong = grouped(report.comparisons, keyOf).flatMap(([key, stated]): Wrong[] => {
      const own = rows.get(key) ?? []
      const possible = of.ofRow(stated[0]).map(({ statistics }) => compareMethods(own, spec, statistics))
      if (possible.some((found) => isSame(found, stated))) return []
      const [found = []] = possible
      const other = stated.find((one, index) => !isSame(one, found[index])) ?? stated[0]
      const what = named('comparison', other.criterion, other.metric, other.model, `${other.a} and ${other.b}`)
      return [{ what, reason: 'the values of the two maps give another one' }]
    })
    return { drawn: report.comparisons.length, wrong, asWritten: [] }
  }
}
