import { wrappedWords } from '@shared/wrapped-words'
import { blendPixel, type ColourTable, type OverlayStyle } from './blend'
import { family, halo, ink, LINE, MARGIN, quiet, type Pen, type Spot } from './figure-pen'

/** A colour bar: colours as blended, numbers at its ends and between, words below. */
export interface FigureBar {
  readonly style: OverlayStyle
  readonly table: ColourTable
  readonly ticks: readonly { readonly value: number; readonly text: string }[]
  readonly words: readonly string[]
}

/** Width that the bar of a whole figure takes. */
export const BAR = 150
/** Width that the bar of one panel takes at the right edge of its picture. */
export const PANEL_BAR = 48

/** The bar of a whole figure, with its words below. */
export function drawBar(pen: Pen, bar: FigureBar, { x, y, height }: Spot): void {
  const left = x + 62
  drawColours(pen, bar, { x: left, y, width: 14, height })
  pen.font = `400 11px ${family}`
  pen.fillStyle = ink
  pen.textAlign = 'right'
  for (const tick of bar.ticks) pen.fillText(tick.text, left - 6, placeOf(bar, tick.value, { y, height }) + 4)
  pen.fillStyle = quiet
  const widthOf = (text: string): number => pen.measureText(text).width
  bar.words
    .flatMap((words) => wrappedWords(words, BAR - MARGIN, widthOf))
    .forEach((line, index) => pen.fillText(line, x + BAR - MARGIN, y + height + 20 + index * LINE, BAR - MARGIN))
}

/** The bar of one panel, over the right edge of its picture. */
export function drawPanelBar(pen: Pen, bar: FigureBar, spot: Spot): void {
  const height = Math.round(Math.min(180, spot.height * 0.6))
  const place = { x: Math.round(spot.x + spot.width - 22), y: Math.round(spot.y + (spot.height - height) / 2) }
  drawColours(pen, bar, { ...place, width: 8, height })
  pen.font = `400 10px ${family}`
  pen.textAlign = 'right'
  for (const tick of bar.ticks)
    halo(pen, tick.text, { x: place.x - 4, y: placeOf(bar, tick.value, { y: place.y, height }) + 3.5 })
}

const placeOf = ({ style }: FigureBar, value: number, { y, height }: Pick<Spot, 'y' | 'height'>): number =>
  y + (1 - (value - style.low) / (style.high - style.low)) * height

/** As on the screen: over mid-grey, blended as the overlay is, with the limit marked. */
function drawColours(pen: Pen, bar: FigureBar, { x, y, width, height }: Spot): void {
  const { style, table } = bar
  for (let row = 0; row < height; row++) {
    const value = style.high - ((row + 0.5) / height) * (style.high - style.low)
    pen.fillStyle = `rgb(${blendPixel(104, value, style, table).join(' ')})`
    pen.fillRect(x, y + row, width, 1)
  }
  pen.strokeStyle = '#98a2aa'
  pen.lineWidth = 1
  pen.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1)
  pen.fillStyle = ink
  if (style.threshold > style.low && style.threshold < style.high) {
    const limit = placeOf(bar, style.threshold, { y, height })
    pen.beginPath()
    pen.moveTo(x + width + 3, limit)
    pen.lineTo(x + width + 11, limit - 5)
    pen.lineTo(x + width + 11, limit + 5)
    pen.fill()
  }
}
