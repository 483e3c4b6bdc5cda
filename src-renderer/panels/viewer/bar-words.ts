import type { OverlayStyle } from '../../viewport/blend'
import { scaleWords, shownValue, type ColourScale, type MeasuredMap } from '../../viewport/overlay-style'
import { valueText } from '../../viewport/ticks'

/** CSS pixels that the bar of one cell among many takes at its right edge. */
export const CELL_BAR = 74

/** What stands below the colour bar: the scale and its unit, what was clipped, and what zeros are hidden. */
export function barWords({ map, ranks }: MeasuredMap, scale: ColourScale, style: OverlayStyle): string[] {
  const lines = [scaleWords(scale)]
  if (scale.note !== null) lines.push(`own scale: ${scale.note}`)
  if (map.clippedAt !== null && map.view === 'magnitude')
    lines.push(`clipped at ${valueText(map.clippedAt, map.clippedAt)}, ${percentText(ranks.tops, ranks.count)} above`)

  if (ranks.holes > 0) lines.push(`${percentText(ranks.holes, ranks.holes + ranks.count)} without a value`)
  const zeros = ranks.zeros / Math.max(1, ranks.count)
  if (style.threshold === 0 && zeros > 0.05) lines.push(`${Math.round(100 * zeros)} % are exactly 0`)

  return lines
}

/** A share that is never rounded to nothing. */
function percentText(part: number, whole: number): string {
  const percent = (100 * part) / Math.max(1, whole)

  return percent < 1 ? 'less than 1 %' : `${Math.round(percent)} %`
}

/** The limit below which nothing is drawn, in the numbers of the colour bar. */
export const limitText = (style: OverlayStyle, scale: ColourScale): string => shownValue(style.threshold, scale)

/** " and above …", where there is an upper limit. */
export const upperText = (style: OverlayStyle, scale: ColourScale): string =>
  style.upper === undefined ? '' : ` and above ${shownValue(style.upper, scale)}`
