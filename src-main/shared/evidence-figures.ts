import { cascade } from './figures/cascade'
import { cascadeReplicates } from './figures/cascade-replicates'
import { curvesTogether } from './figures/curves-together'
import { dotAndBox } from './figures/dot-and-box'
import { intervals, type IntervalRow } from './figures/intervals'
import type { ReferenceLine } from './figures/reference-lines'
import type { Scene } from './figures/scene'
import type { Curve, Reference, Report, ResultRow } from './report'
import { namesOf } from './report-names'
import type { Area } from './verdict'
import { areaOf, areaQuestion, metricTitle } from './verdict-words'

/** A row with its place in `report.results`. */
export type Indexed = ResultRow & { index: number }

export interface EvidenceFigure {
  /** Empty for a figure about several models. */
  model: string
  /** What a figure shows where a model has several: said behind its name. */
  heading?: string
  /** `wide`: one or two beside each other; `half`: two, on paper too; `small`: several beside each other, grouped by model. */
  layout: 'wide' | 'half' | 'small'
  scene: Scene
}

/** The figures of one question: boxes where every image has a value, curves where pixels or weights are taken away, else intervals. */
export function evidenceFigures(report: Report, area: Area, rows: Indexed[]): EvidenceFigure[] {
  switch (area) {
    case 'localisation':
      return boxFigures(report, area, rows)
    case 'randomisation':
      return [...curveFigures(report, area, rows), ...replicateFigures(report, rows)]
    case 'repeatability':
    case 'reproducibility':
      return [...intervalFigures(report, area, rows), ...boxFigures(report, area, rows)]
    // Four removal curves a map: one plot each for all maps, where there are several.
    case 'completeness': {
      const together = togetherFigures(report, area)

      return [
        ...intervalFigures(report, area, rows),
        ...(together.length > 0 ? together : curveFigures(report, area, rows))
      ]
    }
    default:
      return [
        ...intervalFigures(report, area, rows),
        ...togetherFigures(report, area),
        ...curveFigures(report, area, rows)
      ]
  }
}

/** Titles of the box figures; the first is the question of the published figure, in few words. */
const boxTitles: Partial<Record<Area, string>> = {
  localisation: 'Points to the finding',
  repeatability: 'Same after retraining, image by image',
  reproducibility: 'Same in another model, image by image'
}

/** One figure a model (or group of models): a dot an image, a row a map. */
function boxFigures(report: Report, area: Area, rows: Indexed[]): EvidenceFigure[] {
  const names = namesOf(report)
  const headline = rows.filter((row) => row.headline && row.perCase.some(({ value }) => value !== null))
  const isMethod = (row: Indexed): boolean => report.methods.find((one) => one.id === row.method)?.role !== 'reference'

  return [...new Set(headline.map((row) => row.model))].map((model) => {
    const mine = headline.filter((row) => row.model === model && isMethod(row))

    return {
      model,
      layout: 'wide' as const,
      scene: dotAndBox({
        title: `${boxTitles[area] ?? areaQuestion[area]}, ${names.short(model)}`,
        measure: `${metricTitle(mine[0]?.metric ?? '')}, one dot an image`,
        rows: [...mine]
          .sort((a, b) => (b.value ?? -1) - (a.value ?? -1))
          .map((row) => ({
            label: names.method(row.method),
            state: row.verdict.state,
            values: row.perCase.flatMap(({ value }) => (value === null ? [] : [value])),
            cases: row.perCase.flatMap(({ case: id, value }) => (value === null ? [] : [id])),
            limit: ownLimit(row, mine),
            row: row.index
          })),
        lines: commonReferences(mine),
        limitTitle: limitTitle(mine)
      })
    }
  })
}

/** The deciding reference of a row alone, where it differs from map to map: random pairs. */
function ownLimit(row: ResultRow, all: readonly ResultRow[]): number | null {
  const common = new Set(commonReferences(all).map((line) => line.title))
  const own = row.references.filter((one) => one.decides && one.value !== null && !common.has(one.title))

  return own.length === 1 ? own[0].value : null
}

/** What those are, in the words of the rows. */
function limitTitle(rows: readonly ResultRow[]): string {
  const common = new Set(commonReferences(rows).map((line) => line.title))
  const titles = rows.flatMap((row) => row.references.filter((one) => one.decides && !common.has(one.title)))

  return [...new Set(titles.map((one) => one.title))].join(', ')
}

/** References that have one value for all rows of a figure: those can be drawn as lines through it. */
function commonReferences(rows: readonly ResultRow[]): ReferenceLine[] {
  const byId = new Map<string, Reference[]>()
  for (const reference of rows.flatMap((row) => row.references)) {
    byId.set(reference.id, [...(byId.get(reference.id) ?? []), reference])
  }

  return [...byId.values()].flatMap(([first, ...others]) => {
    const { value, title, decides } = first
    if (value === null || others.some((other) => other.value === null || Math.abs(other.value - value) > 1e-9))
      return []

    return [{ title, value, decides }]
  })
}

/** The smooth random map that the removal criteria walk along: a reference, no method of the experiment. */
const randomMap = 'random-map'

/** The curve of the random map beside which a removal curve is read: same criterion, measure and model. */
function randomCurve(report: Report, curve: Curve): Curve | null {
  const isRandom = (id: string): boolean =>
    id === randomMap || report.methods.some((one) => one.id === id && one.expr === 'random')

  return (
    report.curves.find(
      (other) =>
        other !== curve &&
        other.criterion === curve.criterion &&
        other.metric === curve.metric &&
        other.model === curve.model &&
        isRandom(other.method)
    ) ?? null
  )
}

/** All removal curves of one model in one plot, with the random map; none where there is a single map. */
function togetherFigures(report: Report, area: Area): EvidenceFigure[] {
  const names = namesOf(report)
  const mine = report.curves.filter((curve) => areaOf(curve) === area)
  const kinds = [...new Set(mine.map(({ criterion, metric, model }) => JSON.stringify([criterion, metric, model])))]

  return kinds.flatMap((kind): EvidenceFigure[] => {
    const [criterion, metric, model] = JSON.parse(kind) as string[]
    const curves = mine.filter((one) => one.criterion === criterion && one.metric === metric && one.model === model)
    if (curves.filter(({ method }) => method !== randomMap).length < 2) return []
    const title = `${areaQuestion[area]}, ${metricTitle(metric)}, ${names.short(model)}`
    const scene = curvesTogether(
      curves.map((curve) => {
        const random = curve.method === randomMap

        return { curve, random, label: random ? 'random map' : names.method(curve.method) }
      }),
      { title, kind: `${criterion.replace('.', ' ')} ${metric} ${names.short(model)}` }
    )

    return [{ model, heading: metricTitle(metric), layout: 'half', scene }]
  })
}

/** One small drawing a curve: similarity as layers are scrambled, or the fall of the answer as pixels are taken away. */
function curveFigures(report: Report, area: Area, rows: Indexed[]): EvidenceFigure[] {
  const names = namesOf(report)
  const headlines = rows.filter((row) => row.headline)

  return report.curves
    .filter(
      (curve) =>
        areaOf(curve) === area &&
        curve.method !== randomMap &&
        (area !== 'randomisation' || curve.metric === (headlines[0]?.metric ?? curve.metric))
    )
    .map((curve) => {
      const mine = (one: ResultRow): boolean => one.model === curve.model && one.method === curve.method
      const row = rows.find((one) => mine(one) && one.criterion === curve.criterion && one.metric === curve.metric)

      return {
        model: curve.model,
        layout: 'small' as const,
        scene: cascade({
          curve,
          beside: randomCurve(report, curve),
          label: alone(curve) ? `${names.method(curve.method)}, each layer alone` : names.method(curve.method),
          model: names.short(curve.model),
          kind:
            curve.criterion === 'randomisation.cascading'
              ? 'cascade'
              : `${curve.criterion.replace('.', ' ')} ${curve.metric}`,
          // The rule speaks of the cascade: there is no verdict on layers that are scrambled alone.
          state: alone(curve) ? 'not-assessable' : (row?.verdict.state ?? 'not-assessable'),
          row: row?.index ?? null
        })
      }
    })
}

const alone = ({ criterion }: Curve): boolean => criterion === 'randomisation.independent'

/** Training runs of one architecture that were compared with each other, each set once and whole. */
function trainingRuns(report: Report): string[][] {
  const sets = report.results.flatMap((row) =>
    areaOf(row) === 'repeatability' && row.models.length > 1 ? [row.models] : []
  )
  const larger = (set: string[]): boolean =>
    sets.some((other) => other.length > set.length && set.every((id) => other.includes(id)))
  const whole = sets.filter((set) => !larger(set))

  return whole.filter((set, at) => whole.findIndex((other) => other.join(' ') === set.join(' ')) === at)
}

/** A small drawing a map with the curves of all training runs. */
function replicateFigures(report: Report, rows: Indexed[]): EvidenceFigure[] {
  const names = namesOf(report)
  const metric = rows.find((row) => row.headline)?.metric
  const cascades = report.curves.filter(
    (curve) => curve.criterion === 'randomisation.cascading' && curve.metric === (metric ?? curve.metric)
  )

  return trainingRuns(report).flatMap((models) =>
    [...new Set(cascades.map(({ method }) => method))].flatMap((method): EvidenceFigure[] => {
      const curves = models.flatMap((model) => cascades.filter((one) => one.model === model && one.method === method))
      const stages = curves.map(({ points }) => points.map(({ x }) => x).join(' '))
      if (curves.length < 2 || stages.some((one) => one !== stages[0])) return []
      const scene = cascadeReplicates({
        curves,
        models: curves.map(({ model }) => names.short(model)),
        label: names.method(method)
      })

      return [{ model: models.join(' × '), layout: 'small', scene }]
    })
  )
}

function intervalFigures(report: Report, area: Area, rows: Indexed[]): EvidenceFigure[] {
  const names = namesOf(report)
  const headline = rows.filter((row) => row.headline && row.method !== '')
  const order = [...new Set(headline.map((row) => row.method))]
  // What could not be assessed stands in the table and in the caption; a figure full of empty lines shows nothing.
  const assessed = headline.filter((row) => row.value !== null)
  const drawn = assessed.length > 0 ? assessed : headline
  const sorted = [...drawn].sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method))
  if (sorted.length === 0) return []

  return [
    {
      model: '',
      layout: 'wide',
      scene: intervals({
        title: areaQuestion[area],
        measure: metricTitle(sorted[0].metric),
        rows: sorted.map((row): IntervalRow => {
          const limit = row.references.find((reference) => reference.decides && reference.value !== null)

          return {
            label: names.method(row.method),
            detail: names.short(row.model),
            state: row.verdict.state,
            value: row.value,
            ci95: row.ci95,
            limit: limit === undefined || limit.value === null ? null : { title: limit.title, value: limit.value },
            reason: row.verdict.reason,
            row: row.index
          }
        })
      })
    }
  ]
}
