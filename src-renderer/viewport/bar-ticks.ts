import type { OverlayStyle } from './blend'
import type { FigureBar } from './figure-bar'
import { shownNumber, type ColourScale } from './overlay-style'
import { digitsFor, roundTicks } from './ticks'

/** Round numbers along a colour bar: where they lie on the map's own scale, and how they are written. */
export function barTicks(
  style: Pick<OverlayStyle, 'low' | 'high'>,
  scale: ColourScale,
  wanted = 5
): FigureBar['ticks'] {
  const values = roundTicks(shownNumber(style.low, scale), shownNumber(style.high, scale), wanted)
  const digits = values.length > 1 ? digitsFor(values[1] - values[0]) : 2

  return values.map((value) => ({
    value: (value - scale.offset) / scale.factor,
    text: value.toFixed(digits).replace('-', '−')
  }))
}
