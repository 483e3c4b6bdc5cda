import type { CaseSummary } from '@shared/vocabulary'
import { blendedCanvas, greyCanvas } from '../../viewport/panel-picture'
import type { Figure, FigurePanel } from '../../viewport/figure'
import { valueText } from '../../viewport/ticks'
import { sheetWords } from '../../state/catalogue-sheet'
import { shownCase } from '../../state/identity.svelte'
import { session } from '../../state/session.svelte'
import { sheet } from '../../state/sheet.svelte'
import { sheetOrder } from '../../state/sheet-order.svelte'
import { studies } from '../../state/studies.svelte'
import { panelStyle, sheetBar, sheetColours } from './sheet-look'

const PANEL = 224

function panelOf(one: CaseSummary): FigurePanel | null {
  const panel = sheet.panelOf(one.caseId)
  if (panel === null) return null
  const [width, height] = panel.size
  const [x, y] = panel.spacingMm ?? [1, 1]
  const look = { style: panelStyle(panel), table: sheetColours().table }
  const score = sheetOrder.scoreOf(one)?.value ?? null
  const lines = [
    panel.flat
      ? sheetWords.flat
      : panel.slices > 1
        ? sheetWords.slice(panel.slice + 1, panel.slices)
        : (one.label ?? ''),
    ...(score === null ? [] : [`${sheetOrder.title}: ${valueText(score, Math.max(1, Math.abs(score)))}`])
  ]

  return {
    title: shownCase(one, studies.numbers.get(one.caseId) ?? 0).title,
    lines: lines.filter((line) => line !== ''),
    picture: blendedCanvas(greyCanvas(panel.grey, { width, height }), panel.flat ? null : panel.values, look),
    aspect: (width * x) / (height * y),
    letters: panel.letters,
    widthMm: panel.spacingMm === null ? null : width * x,
    projection: panel.projection
  }
}

/** The sheet as one figure: every finished panel in the order shown, under the opacity, percentile and scale of the screen. */
export function sheetFigure(): Figure {
  const panels = sheetOrder.cases.flatMap((one) => panelOf(one) ?? [])
  const model = session.models.find((one) => one.modelId === sheet.modelId)
  const columns = Math.max(1, Math.min(10, Math.ceil(Math.sqrt(panels.length * 1.4))))

  return {
    title: sheetWords.title(session.methodTitle(sheet.expression ?? ''), panels.length),
    lines: [
      `${model?.name ?? ''} · opacity ${Math.round(100 * sheet.opacity)} % · ${sheetWords.percentileLine(Math.round(100 * sheet.percentile))}`,
      `${sheetWords.sort} ${sheetOrder.title}`
    ],
    columns,
    panels,
    panelWidth: PANEL,
    bar: sheetBar()
  }
}
