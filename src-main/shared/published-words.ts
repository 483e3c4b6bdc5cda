import { counted, decimal, interval, probability } from './number-words'
import { grouped } from './grouped'
import type { Anchor, ReportPreset } from './report-preset'

/** Figures of one kind about one map: what every data set of the study gives, and this run once. */
export interface PublishedRow {
  readonly what: string
  readonly method: string
  readonly studies: readonly Pick<Anchor, 'set' | 'published' | 'source'>[]
  readonly kind: Anchor['kind']
  readonly here: Anchor['here']
}

/** The figures of a study in their order; those that differ in the data set alone share a row, since this run has one value for them. */
export function publishedRows({ anchors }: ReportPreset): PublishedRow[] {
  const rows = new Map<string, PublishedRow>()
  for (const { what, method, set, published, source, kind, here } of anchors) {
    const key = JSON.stringify([what, method])
    const known = rows.get(key)
    const studies = [...(known?.studies ?? []), { set, published, source }]
    rows.set(key, { what, method, kind, here: known?.here ?? here, studies })
  }

  return [...rows.values()]
}

/** One figure of a study, map by map. */
export interface PublishedFigure {
  readonly what: string
  /** What this run lacks beside every map alike, said once. */
  readonly missing: Anchor['here']
  readonly rows: readonly PublishedRow[]
}

/** The rows of a study by figure: each figure is named once, and what is missing beside all of its maps is said once. */
export function publishedFigures(preset: ReportPreset): PublishedFigure[] {
  return grouped(publishedRows(preset), ({ what }) => what).map(([what, rows]) => {
    const missing = rows.length === 1 ? [] : rows[0].here.filter((one) => rows.every(({ here }) => lacks(here, one)))
    return {
      what,
      missing,
      rows: rows.map((row) => ({ ...row, here: row.here.filter((one) => !lacks(missing, one)) }))
    }
  })
}

const lacks = (here: Anchor['here'], { model, value, reason }: Anchor['here'][number]): boolean =>
  value === null && here.some((one) => one.value === null && one.model === model && one.reason === reason)

/** One value of this run in words, with its unit: `Net A: 0.41 (0.38–0.44), 60 images`, `Net A: 3 of 8 maps`, `Net A: p 0.04, 40 images`. */
export function hereWords(
  { model, n, value, ci95, reason }: Anchor['here'][number],
  kind: Anchor['kind'],
  short: (id: string) => string
): string {
  const whose = model === '' ? '' : `${short(model)}: `
  if (value === null) return `${whose}${reason === '' ? 'not defined' : reason}`
  if (kind === 'count') return `${whose}${value} of ${counted(n, 'map')}`
  const images = counted(n, 'image')
  if (kind === 'p') return `${whose}${probability(value)}, ${images}`
  const figure = `${decimal(value)}${ci95 === null ? '' : ` (${interval(ci95)})`}, ${images}`
  if (kind === 'best') return `${whose}${reason}, ${figure}`

  return `${whose}${figure}${reason === '' ? '' : `, ${reason}`}`
}

/** Said of a figure that is about no map, or about none in particular. */
export const noSingleMap = 'no single map'
