import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { cueRow, maskEnergy, type CueFrame, type CueMeasure, type CueThing } from '@engine/criteria/cue-energy'
import {
  trained,
  type ExperimentRun,
  type ImageZones,
  type RunMethod,
  type RunModel
} from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { createPace } from '@engine/criteria/pace'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { rowsByMethod } from '@engine/criteria/rows-by-method'
import { createStatistics } from '@engine/criteria/summary'
import { latticeOf, widened } from '@engine/geometry/connected-components'
import type { ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  margin: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 4),
    v.description('Pixels by which the body and the text are widened: gradients often sit beside an edge.')
  ),
  border: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0.005), v.maxValue(0.25)), 0.05),
    v.description('Width of the border, as a share of the shorter side of the image.')
  )
})
export type CueZonesParams = v.InferOutput<typeof Params>

/** Energy where no finding can be: outside the body, on burned-in text, along the borders. */
export const cueZones: Criterion<CueZonesParams> = {
  id: 'cue-zones',
  title: 'Energy outside the body, on text and borders',
  area: 'cues',
  question: 'Keeps off things that must not matter',
  limit: 'share of the area',
  citation:
    'Zech JR, et al. Variable generalization performance of a deep learning model to detect pneumonia in chest radiographs. PLOS Medicine 2018;15:e1002683. Otsu N. A threshold selection method from gray-level histograms. IEEE Trans SMC 1979;9:62–66.',
  needs: [],
  params: Params,
  rule: (params) =>
    `${ruleTexts.cues} Body: a mask the experiment gives, else Otsu’s threshold, the largest part and its holes filled; only a given mask decides where cases mark cues of their own. ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const rows = await rowsByMethod(
      run,
      job,
      'Zones',
      (model) => (method) => assessMethod(run, source, params, { model, method })
    )
    return { ...nothingFound, rows: adjustRows(rows, run.spec), failed: source.failed }
  }
}

const zoneKinds = ['outside', 'border', 'text'] as const
type ZoneKind = (typeof zoneKinds)[number]

async function assessMethod(
  run: ExperimentRun,
  source: CaseSource,
  params: CueZonesParams,
  { model, method }: { model: RunModel; method: RunMethod }
): Promise<ResultRow[]> {
  const pace = createPace(source.job)
  const measured: Record<ZoneKind, CueMeasure[]> = { outside: [], border: [], text: [] }
  const bodies = { title: 'the body', given: true }
  for (const item of run.spec.cases) {
    const address = { modelId: model.id, caseId: item.id, methodId: method.id }
    const map = await source.map({ ...address, weights: trained })
    const zones = await source.ask(address, () => run.zones(model.id, item.id))
    if (typeof zones !== 'string') {
      bodies.title = zones.bodyTitle
      bodies.given &&= zones.bodyGiven
    }
    const usable = typeof map !== 'string' && map.flat ? 'the map is the same everywhere' : map
    for (const kind of zoneKinds) {
      const inside = typeof zones === 'string' ? zones : zoneMask(kind, zones, params)
      // An image without text says nothing about text; it is no missing value.
      if (inside !== null) measured[kind].push({ item, ...maskEnergy(usable, inside) })
    }
    await pace()
  }
  const frame: CueFrame = { model, method, grid: run.spec.grid, rule: cueZones.rule(params) }
  const decides = bodies.given || run.spec.cases.every((item) => !item.hasCue)
  return zoneKinds.flatMap((kind) =>
    zoneRows(
      {
        frame,
        thing: thingOf(kind, bodies.title),
        margin: kind === 'border' ? 0 : params.margin,
        headline: kind === 'outside' && decides
      },
      measured[kind],
      {
        params,
        seed: run.spec.seed
      }
    )
  )
}

function zoneRows(
  plan: { frame: CueFrame; thing: CueThing; margin: number; headline: boolean },
  measures: readonly CueMeasure[],
  { params, seed }: { params: CueZonesParams; seed: number }
): ResultRow[] {
  const statistics = createStatistics(params, seed)
  return [
    cueRow({ ...plan, kind: 'energy-share' }, measures, statistics),
    cueRow({ ...plan, kind: 'enrichment', headline: false }, measures, statistics)
  ]
}

function thingOf(kind: ZoneKind, body: string): CueThing {
  switch (kind) {
    case 'outside':
      return {
        criterion: 'cues.outside',
        prefix: 'outside-',
        words: `what lies outside ${body}`,
        none: 'No image could be read.'
      }
    case 'border':
      return { criterion: 'cues.border', prefix: 'border-', words: 'the border', none: 'No image could be read.' }
    case 'text':
      return {
        criterion: 'cues.text',
        prefix: 'text-',
        words: 'what looks like burned-in text',
        none: 'No image shows signs that look like burned-in text.'
      }
  }
}

/** The zone over the map; a phrase where it cannot be told, null where the image has none. */
function zoneMask(kind: ZoneKind, zones: ImageZones, params: CueZonesParams): Uint8Array | string | null {
  const lattice = latticeOf(zones.shape)
  switch (kind) {
    case 'outside':
      if (typeof zones.body === 'string') return zones.body
      return widened(zones.body, lattice, params.margin).map((value) => Number(value === 0))
    case 'text':
      return zones.text.includes(1) ? widened(zones.text, lattice, params.margin) : null
    case 'border': {
      const [, rows, columns] = lattice
      const width = Math.max(1, Math.round(params.border * Math.min(rows, columns)))
      return Uint8Array.from({ length: rows * columns }, (_, index) => {
        const [row, column] = [Math.floor(index / columns), index % columns]
        const inside = row >= width && column >= width && row < rows - width && column < columns - width
        return Number(!inside)
      })
    }
  }
}
