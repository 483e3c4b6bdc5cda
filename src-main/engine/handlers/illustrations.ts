import type { Job } from '@engine/job'
import { modelUses } from '@shared/model-uses'
import type { Illustration, Report } from '@shared/report'
import { casePanels, panelLegend, type PanelTools } from './case-panel'
import { drawOverlay } from './picture/overlay-picture'

/**
 * Pictures for the first page: one outlined case with the map that localises best, of a model that may be relied on
 * beside one that uses a cue (or the first two models). Only two-dimensional images are drawn.
 */
export async function illustrate(report: Report, tools: PanelTools, job: Job): Promise<Illustration[]> {
  const models = shownModels(report)
  const method = shownMethod(report, models[0])
  const item = await shownCase(report, tools, models)
  if (method === null || item === null) return []
  const images: NonNullable<Illustration['images']> = []
  for (const model of models) {
    const png = await draw({ model, method, caseId: item }, tools, job)
    if (png !== null) images.push({ model, caption: captionOf(report, model), png })
  }
  if (images.length === 0) return []
  const title = report.methods.find((candidate) => candidate.id === method)?.title ?? method
  const caption = `${title} on case ${item}. ${panelLegend}`
  return [{ case: item, method, models: images.map((image) => image.model), caption, images }]
}

/** A model whose answer does not rest on a cue, then one whose answer does; else the first two. */
function shownModels(report: Report): string[] {
  const uses = (model: string): string | null => modelUses(report.answerKey, model)
  const ids = report.models.flatMap(({ id, role }) => (role === 'classifier' ? [id] : []))
  const honest = ids.find((id) => uses(id) !== 'cue') ?? ids[0]
  const other = ids.find((id) => uses(id) === 'cue') ?? ids.find((id) => id !== honest)
  return other === undefined ? [honest] : [honest, other]
}

/** The method with the largest share of its map inside the outline: a picture shows where the map lies, not how it ranks. */
function shownMethod(report: Report, model: string): string | null {
  const rows = report.results.filter(
    (row) =>
      row.criterion.startsWith('localisation.') &&
      row.metric === 'proportional-energy' &&
      row.model === model &&
      row.value !== null &&
      methodRole(report, row.method) === 'method'
  )
  const best = rows.reduce<(typeof rows)[number] | null>(
    (top, row) => (top === null || (row.value ?? 0) > (top.value ?? 0) ? row : top),
    null
  )
  return best?.method ?? report.methods.find((method) => method.role === 'method')?.id ?? null
}

const methodRole = (report: Report, id: string): string | undefined =>
  report.methods.find((method) => method.id === id)?.role

/** An outlined two-dimensional case with a cue that every shown model gets right; else any outlined one. */
async function shownCase(
  report: Report,
  { parts, spec }: PanelTools,
  models: readonly string[]
): Promise<string | null> {
  const right = (id: string): boolean =>
    models.every(
      (model) =>
        report.cases.find((item) => item.id === id)?.predictions.find((found) => found.model === model)?.correct ===
        true
    )
  const marked = spec.cases.filter((item) => item.hasMask)
  const ordered = [...marked].sort((a, b) => Number(b.hasCue && right(b.id)) - Number(a.hasCue && right(a.id)))
  for (const item of ordered.slice(0, 10)) {
    const image = await parts.cases.volume(item.id)
    if (image.size[2] === 1) return item.id
  }
  return null
}

async function draw(
  { model, method, caseId }: { model: string; method: string; caseId: string },
  tools: PanelTools,
  job: Job
): Promise<`data:image/png;base64,${string}` | null> {
  const { models, methods } = tools.spec
  const title = models.find((candidate) => candidate.id === model)?.title ?? model
  const subtitle = `${methods.find((candidate) => candidate.id === method)?.title ?? method} · ${caseId}`
  const panel = await (await casePanels({ model, caseId }, tools))(method, { title, subtitle }, job)
  return panel === null ? null : `data:image/png;base64,${Buffer.from(drawOverlay(panel)).toString('base64')}`
}

function captionOf(report: Report, model: string): string {
  const title = report.models.find((candidate) => candidate.id === model)?.title ?? model
  const uses = modelUses(report.answerKey, model)
  return uses === 'cue' ? `${title}: the marker decides` : uses === 'finding' ? `${title}: the finding decides` : title
}
