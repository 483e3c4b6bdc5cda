import type { SheetPanel } from '@shared/comparison'
import type { CaseSummary } from '@shared/vocabulary'
import { figurePicture } from '../../viewport/figure-picture'
import { outlineOf } from '../../viewport/outline'
import { greyCanvas } from '../../viewport/panel-picture'
import { UPRIGHT } from '../../viewport/turn'
import type { Figure, FigurePanel } from '../../viewport/figure'
import { valueText } from '../../viewport/ticks'
import { sheetWords } from '../../state/catalogue-sheet'
import { shownCase } from '../../state/identity.svelte'
import { session } from '../../state/session.svelte'
import { saidShortly } from '../../state/map-said'
import { sheet } from '../../state/sheet.svelte'
import { sheetOrder } from '../../state/sheet-order.svelte'
import { studies } from '../../state/studies.svelte'
import { settingsWords } from '../../state/map-settings'
import { targetWords } from '../../state/sheet-wish'
import { panelStyle, sheetBar, sheetColours, sheetExplains } from './sheet-look'

const PANEL = 224

/** Width of the picture divided by its height, in millimetres where these are known. */
function aspectOf({ size: [width, height], spacingMm }: SheetPanel): number {
  const [x, y] = spacingMm ?? [1, 1]

  return (width * x) / (height * y)
}

/** The slice with its map and the reference outline, as on the screen. */
function pictureOf(panel: SheetPanel): HTMLCanvasElement {
  const [width, height] = panel.size
  const outline =
    panel.outline === null ? [] : outlineOf({ labelmap: panel.outline, columns: width, rows: height, start: 0 })
  const over = { values: panel.values, style: panelStyle(panel), table: sheetColours().table }
  const aspect = aspectOf(panel)

  return figurePicture({
    grey: greyCanvas(panel.grey, { width, height }),
    over: panel.flat ? null : over,
    lines: [{ lines: outline, colour: '#5fd7ea' }],
    turn: UPRIGHT,
    size: {
      width: Math.max(1, Math.round(PANEL * Math.min(1, aspect))),
      height: Math.max(1, Math.round(PANEL / Math.max(1, aspect)))
    }
  })
}

function panelOf(one: CaseSummary): FigurePanel | null {
  const panel = sheet.panelOf(one.caseId)
  if (panel === null) return null
  const score = sheetOrder.scoreOf(one)?.value ?? null
  const lines = [
    sheetExplains(one.caseId),
    panel.slices > 1 ? sheetWords.slice(panel.slice + 1, panel.slices) : (one.label ?? ''),
    ...(score === null ? [] : [`${sheetOrder.title}: ${valueText(score, Math.max(1, Math.abs(score)))}`])
  ]

  return {
    title: shownCase(one, studies.numbers.get(one.caseId) ?? 0).title,
    lines: lines.filter((line) => line !== ''),
    picture: pictureOf(panel),
    aspect: aspectOf(panel),
    letters: panel.letters,
    widthMm: panel.spacingMm === null ? null : panel.size[0] * panel.spacingMm[0],
    projection: panel.projection,
    notes: saidShortly(sheet.mapOf(one.caseId), panel.flat)
  }
}

/** The sheet as one figure: every finished panel in the order shown, under the opacity, percentile and scale of the screen. */
export function sheetFigure(): Figure {
  const panels = sheetOrder.cases.flatMap((one) => panelOf(one) ?? [])
  const model = session.models.find((one) => one.modelId === sheet.modelId)
  const columns = Math.max(1, Math.min(10, Math.ceil(Math.sqrt(panels.length * 1.4))))

  return {
    title: sheetWords.title(
      [`${session.methodTitle(sheet.expression ?? '')} ${targetWords(sheet)}`, settingsWords(sheet.params)]
        .filter(Boolean)
        .join(', '),
      panels.length
    ),
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
