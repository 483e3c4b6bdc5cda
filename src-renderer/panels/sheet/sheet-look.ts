import type { SheetPanel } from '@shared/comparison'
import type { OverlayStyle } from '../../viewport/blend'
import { barTicks } from '../../viewport/bar-ticks'
import { colourMapOf, type ColourMap } from '../../viewport/colour-maps'
import type { FigureBar } from '../../viewport/figure-bar'
import { ownScale, sharedScale, shownNumber, type ColourScale } from '../../viewport/overlay-style'
import { answerProbability } from '@shared/number-words'
import { valueText } from '../../viewport/ticks'
import { sheetWords } from '../../state/catalogue-sheet'
import { overlay } from '../../state/overlay.svelte'
import { sheet } from '../../state/sheet.svelte'

export const sheetColours = (): ColourMap => colourMapOf(overlay.colourMap)

/** On the map's own scale, or on one for all panels of the sheet. */
export function panelScale(panel: SheetPanel): ColourScale {
  return sheet.scale === 'own' ? ownScale(panel) : sharedScale(panel, sheet.panels)
}

/** How a panel is coloured: one opacity and one percentile for all. */
export function panelStyle(panel: SheetPanel): OverlayStyle {
  const scale = panelScale(panel)

  return {
    rule: overlay.rule,
    opacity: sheet.opacity,
    threshold: panel.percentiles[Math.round(100 * sheet.percentile)],
    low: scale.low,
    high: scale.high,
    signed: false
  }
}

/** The one bar of the sheet: from 0 to 1 of each map, or in the unit all share. Its limit differs from map to map and is said in words. */
export function sheetBar(): FigureBar | null {
  const [first] = sheet.panels
  if (first === undefined) return null
  const scale = panelScale(first)
  const style: OverlayStyle = { ...panelStyle(first), threshold: scale.low }
  const [low, high] = [shownNumber(scale.low, scale), shownNumber(scale.high, scale)]
  const limit = sheetWords.percentileLine(Math.round(100 * sheet.percentile))
  const words = scale.shared
    ? [sheetWords.barTitle, `${valueText(low, high)} to ${valueText(high, high)}`, scale.unit]
    : [sheetWords.ownScale]

  return {
    style,
    table: sheetColours().table,
    ticks: barTicks(style, scale),
    // The pictures are too small to say it of each.
    words: [...words, limit, ...(sheet.panels.some(({ projection }) => projection) ? [sheetWords.atDetector] : [])]
  }
}

/** "for lesion 0.93": what the map of a case explains, and what the model says of it. */
export function sheetExplains(caseId: string): string {
  const map = sheet.mapOf(caseId)
  if (map?.state !== 'done') return ''
  const probability = map.answer?.probability ?? null

  return [
    sheetWords.explaining(map.target.label),
    ...(probability === null ? [] : [answerProbability(probability)])
  ].join(' ')
}
