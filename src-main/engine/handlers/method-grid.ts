import type { Job } from '@engine/job'
import type { MethodGrid } from '@shared/method-grid'
import { decimal } from '@shared/number-words'
import type { Report, ResultRow } from '@shared/report'
import { metricTitle } from '@shared/verdict-words'
import { casePanels, panelLegend, type PanelTools } from './case-panel'
import type { OverlayPicture } from './picture/overlay-picture'
import { panelGrid } from './picture/panel-grid'

/** Two rows of four, as papers print them. */
const columns = 4
const most = 8

/**
 * The case and the models of the first page under up to eight maps, each with its score in the title; the maps that score best,
 * in the order of the experiment. Nothing for volumes, and where fewer than two maps are scored.
 */
export async function methodGrids(report: Report, tools: PanelTools, job: Job): Promise<MethodGrid[]> {
  const [shown] = report.illustrations
  if (shown === undefined) return []
  const grids: MethodGrid[] = []
  for (const model of shown.models) {
    const grid = await methodGrid({ report, model, caseId: shown.case }, tools, job)
    if (grid !== null) grids.push(grid)
  }
  return grids
}

async function methodGrid(
  { report, model, caseId }: { report: Report; model: string; caseId: string },
  tools: PanelTools,
  job: Job
): Promise<MethodGrid | null> {
  const rows = shownRows(report, model)
  const panelOf = await casePanels({ model, caseId }, tools)
  const pictures: OverlayPicture[] = []
  const panels: MethodGrid['panels'] = []
  for (const row of rows) {
    const title = report.methods.find(({ id }) => id === row.method)?.title ?? row.method
    const value = row.perCase.find((one) => one.case === caseId)?.value ?? null
    // A map that could not be made, or is the same everywhere, has no score and no picture.
    if (value === null) continue
    const score = `${metricTitle(row.metric)} ${decimal(value)}`
    const picture = await panelOf(row.method, { title, subtitle: score }, job)
    if (picture === null) continue
    pictures.push(picture)
    panels.push({ method: row.method, title, value })
  }
  if (pictures.length < 2) return null
  const name = report.models.find(({ id }) => id === model)?.title ?? model
  return {
    model,
    case: caseId,
    metric: rows[0].metric,
    caption: `${name}, case ${caseId}, ${metricTitle(rows[0].metric)} of each map. Every map has its own scale. ${panelLegend}`,
    columns: Math.min(columns, pictures.length),
    panels,
    png: `data:image/png;base64,${Buffer.from(panelGrid(pictures, columns)).toString('base64')}`
  }
}

/** Headline rows of localisation, the best eight; null references are no maps of the model. */
function shownRows(report: Report, model: string): ResultRow[] {
  const methods = new Set(report.methods.flatMap(({ id, role }) => (role === 'method' ? [id] : [])))
  const rows = report.results.filter(
    (row) => row.headline && row.criterion.startsWith('localisation.') && row.model === model && methods.has(row.method)
  )
  const best = [...rows].sort((a, b) => (b.value ?? -1) - (a.value ?? -1)).slice(0, most)
  return rows.filter((row) => best.includes(row))
}
