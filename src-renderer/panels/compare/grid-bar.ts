import type { MapSummary } from '@shared/vocabulary'
import { barTicks } from '../../viewport/bar-ticks'
import { colourMapOf, signedMap } from '../../viewport/colour-maps'
import type { FigureBar } from '../../viewport/figure-bar'
import { sharedScale, shownNumber, styleOf, type ColourScale } from '../../viewport/overlay-style'
import { valueText } from '../../viewport/ticks'
import { compareWords } from '../../state/catalogue-compare'
import { maps } from '../../state/maps.svelte'
import { overlay } from '../../state/overlay.svelte'

interface MethodScale {
  readonly title: string
  readonly scale: ColourScale
}

/** The scale that all maps of one method share, for each method on the page; a method alone keeps its own. */
function scales(shown: readonly (MapSummary | null)[]): MethodScale[] {
  const seen: string[] = []

  return shown.flatMap((map) => {
    const values = map === null ? null : maps.valuesOf(map.mapId, overlay.view)
    if (map === null || values === null || seen.includes(map.expression)) return []
    seen.push(map.expression)
    const alike = maps.done.filter((one) => one.expression === map.expression)
    const others = alike.flatMap((one) => maps.valuesOf(one.mapId, overlay.view)?.map ?? [])

    return [{ title: map.title.replace(/, scrambled to .*$/u, ''), scale: sharedScale(values.map, others) }]
  })
}

/** The one bar of the grid: colours from the low to the high end, and in words what the ends stand for in each method. */
export function gridBar(shown: readonly (MapSummary | null)[]): FigureBar | null {
  const methods = scales(shown)
  const map = shown.find((one) => one !== null && maps.valuesOf(one.mapId, overlay.view) !== null) ?? null
  const values = map === null ? null : maps.valuesOf(map.mapId, overlay.view)
  if (methods.length === 0 || values === null) return null
  const [{ scale }] = methods
  const { rule, opacity, hideBelow } = overlay
  const style = styleOf(values, scale, { rule, opacity, hideBelow })
  const alone = methods.length === 1
  // With several methods the numbers on the bar are shares of each method's own scale.
  const span = style.high - style.low
  const share = style.signed
    ? { ...scale, offset: 0, factor: 1 / style.high }
    : { ...scale, offset: -style.low / span, factor: 1 / span }

  return {
    style,
    table: (overlay.view === 'signed' ? signedMap : colourMapOf(overlay.colourMap)).table,
    ticks: barTicks(style, alone ? scale : share),
    words: [
      methods.every((one) => !one.scale.shared)
        ? compareWords.ownEach
        : alone
          ? compareWords.sharedScale
          : compareWords.sharedEach,
      ...methods.map((one) => {
        const ends = [one.scale.low, one.scale.high].map((end) => shownNumber(end, one.scale))

        return compareWords.sharedTitle(
          one.title,
          valueText(ends[0], ends[1]).replace('-', '−'),
          valueText(ends[1], ends[1]),
          one.scale.unit
        )
      })
    ]
  }
}
