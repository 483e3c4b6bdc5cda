import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import {
  type MapPlane,
  trained,
  type ExperimentRun,
  type RunCase,
  type RunMethod,
  type RunModel
} from '@engine/criteria/experiment-run'
import { groupings, kindsOf, smallMap, type SmallMap } from '@engine/criteria/map-kinds/grouping'
import { createPace } from '@engine/criteria/pace'
import { countReasons, missingRow, resultRow, type RowFrame } from '@engine/criteria/row'
import { rowsByMethod } from '@engine/criteria/rows-by-method'
import { ruleFooting, thresholdEntries } from '@engine/criteria/rules'
import { createStatistics, type CaseNumber } from '@engine/criteria/summary'
import { counted, figure, withInterval } from '@engine/criteria/wording'
import type { MapClusters } from '@shared/group-evidence'
import type { ResultRow } from '@shared/report'

const Params = v.strictObject({
  ...thresholdEntries,
  side: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(4), v.maxValue(64)), 16),
    v.description('Rows and columns of the maps that are grouped; volumes are averaged over their slices.')
  ),
  most: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(12)), 6),
    v.description('Groups at most.')
  ),
  grouping: v.pipe(
    v.optional(v.picklist(groupings), 'k-means'),
    v.description(
      'k-means, where the best silhouette decides how many groups there are; or spectral (as SpRAy), where the largest gap of the eigenvalues does.'
    )
  ),
  neighbours: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(100)), 10),
    v.description('Nearest neighbours that are linked in the spectral grouping, the map itself among them.')
  )
})
export type MapKindsParams = v.InferOutput<typeof Params>

/** Kinds of maps over the cohort: where a model looks at other things in some images, its maps fall into groups. */
export const mapKinds: Criterion<MapKindsParams> = {
  id: 'map-kinds',
  title: 'Kinds of maps over the cohort',
  area: 'cues',
  question: 'Keeps off things that must not matter',
  limit: 'groups that hang together',
  citation:
    'Lapuschkin S, Wäldchen S, Binder A, et al. Unmasking Clever Hans predictors and assessing what machines really learn. Nature Communications 2019;10:1096 (spectral relevance analysis).',
  needs: [],
  params: Params,
  rule: (params) =>
    `Maps of all images averaged to ${params.side} × ${params.side}, scaled to one sum, grouped ${wayOf(params)}. It shows what to look at and is no verdict on the map. ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const mapClusters: MapClusters[] = []
    const rows = await rowsByMethod(run, job, 'Kinds of maps', (model) => async (method) => {
      const { row, evidence } = await assessMethod(run, source, params, { model, method })
      if (evidence !== null) mapClusters.push(evidence)
      return [row]
    })
    return { ...nothingFound, rows, mapClusters, failed: source.failed }
  }
}

function wayOf({ grouping, most, neighbours }: MapKindsParams): string {
  const start = '(k-means++, ten seeded starts)'
  return grouping === 'k-means'
    ? `by k-means ${start}, 2 to ${most} groups, the best silhouette`
    : `along the eigenvectors of the normalised Laplacian of their ${neighbours} nearest neighbours by k-means ${start}, 2 to ${most} groups, the largest eigengap`
}

async function assessMethod(
  run: ExperimentRun,
  source: CaseSource,
  params: MapKindsParams,
  { model, method }: { model: RunModel; method: RunMethod }
): Promise<{ row: ResultRow; evidence: MapClusters | null }> {
  const pace = createPace(source.job)
  const found: Found[] = []
  const reasons: string[] = []
  for (const item of run.spec.cases) {
    const map = await source.map({ modelId: model.id, caseId: item.id, methodId: method.id, weights: trained })
    const small = typeof map === 'string' ? map : smallMap(map, params.side)
    if (typeof small === 'string') reasons.push(small)
    else found.push({ item, map: small })
    await pace()
  }
  const frame: RowFrame = {
    criterion: 'cues.kinds',
    metric: 'silhouette',
    method: method.id,
    models: [model.id],
    grid: run.spec.grid,
    headline: false,
    better: 'none'
  }
  const { row, evidence } = grouped(frame, found, { params, seed: run.spec.seed, reasons })
  return { row, evidence: evidence === null ? null : { ...evidence, ...(await planeOfAll(source, found, model.id)) } }
}

/** Letters and cell size where they are the same for all images (sizes within a hundredth); what differs is left out. */
async function planeOfAll(
  { run, ask }: CaseSource,
  found: readonly Found[],
  modelId: string
): Promise<Pick<MapClusters, 'letters' | 'pixelMm'>> {
  const planes: MapPlane[] = []
  for (const { item } of found) {
    const plane = await ask(
      { modelId, caseId: item.id },
      async () => (await run.mapPlane?.(modelId, item.id)) ?? { unavailable: '' }
    )
    if (typeof plane === 'string') return {}
    planes.push(plane)
  }
  const [{ letters, pixelMm }] = planes
  const [down, across] = found[0].map.cell
  const sameSize = planes.every(({ pixelMm: other }) =>
    pixelMm === null || other === null ? pixelMm === other : alike(pixelMm, other)
  )
  return {
    ...(planes.every((plane) => JSON.stringify(plane.letters) === JSON.stringify(letters)) ? { letters } : {}),
    ...(sameSize ? { pixelMm: pixelMm === null ? null : [pixelMm[0] * across, pixelMm[1] * down] } : {})
  }
}

const alike = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((size, axis) => Math.abs(size - b[axis]) <= 0.01 * size)

interface Found {
  readonly item: RunCase
  readonly map: SmallMap
}

function grouped(
  frame: RowFrame,
  found: readonly Found[],
  { params, seed, reasons }: { params: MapKindsParams; seed: number; reasons: readonly string[] }
): { row: ResultRow; evidence: MapClusters | null } {
  const rule = mapKinds.rule(params)
  const sizes = new Set(found.map(({ map }) => `${map.height}×${map.width}`))
  const kinds =
    sizes.size === 1
      ? kindsOf(
          found.map(({ map }) => map.values),
          { ...params, seed }
        )
      : null
  if (kinds === null) {
    const reason =
      sizes.size > 1
        ? 'Maps of different shapes cannot be grouped.'
        : `Maps cannot be grouped: ${found.length < 3 ? `${counted(found.length, 'map')} only` : 'they are alike'}.`
    return { row: missingRow(frame, rule, reason), evidence: null }
  }
  const numbers = found.map(({ item: { id, patient } }, index): CaseNumber => ({
    id,
    patient,
    value: kinds.silhouettes[index]
  }))
  const summary = createStatistics(params, seed).summarise(numbers)
  const groups = groupsOf(found, kinds)
  const reason = kindsSentence(groups, summary)
  const { height, width } = found[0].map
  return {
    row: resultRow(frame, {
      numbers,
      summary,
      references: [],
      verdict: { state: 'not-assessable', rule, reason },
      excluded: countReasons(reasons)
    }),
    evidence: {
      model: frame.models[0],
      method: frame.method,
      height,
      width,
      silhouette: summary.value,
      tried: kinds.tried,
      ...(kinds.eigenvalues === undefined ? {} : { eigenvalues: [...kinds.eigenvalues] }),
      groups
    }
  }
}

/** What the row says of the groups. */
export function kindsSentence(
  groups: readonly Pick<MapClusters['groups'][number], 'members'>[],
  { value, ci95 }: Pick<ResultRow, 'value' | 'ci95'>
): string {
  const sizes = groups.map(({ members }) => members.length).join(', ')
  return `The maps fall into ${groups.length} groups of ${sizes} images (silhouette ${withInterval(value, ci95)}; ${figure(0)} or less: no groups). Look at the mean map of each. It is no verdict on the map.`
}

/** How many members have each finding. */
export function labelCounts(members: readonly RunCase[]): Record<string, number> {
  const labels: Record<string, number> = {}
  for (const { statedLabel, label } of members) {
    const name = statedLabel ?? label ?? 'no finding'
    labels[name] = (labels[name] ?? 0) + 1
  }
  return labels
}

function groupsOf(
  found: readonly Found[],
  { groups, silhouettes }: { groups: Uint16Array; silhouettes: Float64Array }
): MapClusters['groups'] {
  return [...new Set(groups)].map((group) => {
    const members = found.flatMap(({ item, map }, index) =>
      groups[index] === group ? [{ item, map, silhouette: silhouettes[index] }] : []
    )
    const mean = Array.from(
      members[0].map.values,
      (_, cell) => members.reduce((sum, { map }) => sum + map.values[cell], 0) / members.length
    )
    return {
      members: members.map(({ item }) => item.id),
      labels: labelCounts(members.map(({ item }) => item)),
      silhouette: members.reduce((sum, member) => sum + member.silhouette, 0) / members.length,
      mean: mean.map((value) => Number(value.toPrecision(4)))
    }
  })
}
