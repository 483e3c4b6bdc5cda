import { drawNotes } from '@shared/picture-notes'
import { BAR, drawBar, drawPanelBar, PANEL_BAR, type FigureBar } from './figure-bar'
import { drawLines, type PictureLines } from './figure-picture'
import { drawMarks, type FigureMark } from './figure-marks'
import { family, halo, ink, LINE, MARGIN, quiet, type Pen, type Spot } from './figure-pen'
import { scaleBar } from './length-scale'

/** One picture of a figure, already drawn at its own pixels. */
export interface FigurePanel {
  readonly title: string
  readonly lines: readonly string[]
  /** null: there is none, and `missing` says why. */
  readonly picture: (CanvasImageSource & { readonly width: number; readonly height: number }) | null
  readonly missing?: string
  /** Width of the drawn picture divided by its height. */
  readonly aspect: number
  /** Letters at the edges; null: not known. */
  readonly letters: {
    readonly left: string
    readonly right: string
    readonly top: string
    readonly bottom: string
  } | null
  /** Millimetres across the whole picture; null: no scale in the file. */
  readonly widthMm: number | null
  /** Sizes are those at the detector, not in the patient. */
  readonly projection?: boolean
  /** Colours of this panel alone, at the right edge of its picture. */
  readonly bar?: FigureBar | null
  /** What has to be known before the map is read, over the lower part of the picture. */
  readonly notes?: readonly string[]
  /** Lines over the picture, in its own pixels. */
  readonly over?: readonly PictureLines[]
  /** What was measured on it. */
  readonly marks?: readonly FigureMark[]
  /** Where other planes cut this one, 0…1 of its width or height. */
  readonly cuts?: { readonly x: readonly number[]; readonly y: readonly number[] }
}

export interface Figure {
  readonly title: string
  readonly lines: readonly string[]
  readonly columns: number
  readonly panels: readonly FigurePanel[]
  /** Width of one panel in pixels. */
  readonly panelWidth: number
  readonly bar: FigureBar | null
}

const noteLook = { family, size: 11, line: LINE, padding: 6, widest: Infinity, margin: 6, foot: 38 }
const GAP = 12
const HEAD = 58
const FOOT = 34
export const NOT_FOR_DIAGNOSIS = 'Research use. Not for diagnosis.'

/** Height of a panel's picture: the tallest of the figure, so that rows line up. */
function pictureHeight({ panels, panelWidth }: Figure): number {
  return Math.round(Math.max(...panels.map(({ aspect }) => panelWidth / aspect), 1))
}

/** Draws a figure whole: what it shows, whose, on which scale, and that it is no diagnosis. The same figure gives the same pixels. */
export function drawFigure(figure: Figure): HTMLCanvasElement {
  const { panels, columns, panelWidth } = figure
  const height = pictureHeight(figure)
  const words = Math.max(0, ...panels.map(({ lines }) => lines.length))
  const cell = { width: panelWidth, height: 18 + height + words * LINE + 4 }
  const rows = Math.ceil(panels.length / columns)
  const canvas = document.createElement('canvas')
  canvas.width = 2 * MARGIN + columns * cell.width + (columns - 1) * GAP + (figure.bar === null ? 0 : BAR)
  canvas.height = MARGIN + HEAD + rows * (cell.height + GAP) + FOOT
  const pen = canvas.getContext('2d')!
  pen.fillStyle = '#0b0d0f'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  drawHead(pen, figure, canvas)
  panels.forEach((panel, index) => {
    const x = MARGIN + (index % columns) * (cell.width + GAP)
    const y = MARGIN + HEAD + Math.floor(index / columns) * (cell.height + GAP)
    drawPanel(pen, panel, { x, y, width: cell.width, height })
  })
  if (figure.bar !== null)
    drawBar(pen, figure.bar, {
      x: canvas.width - BAR,
      y: MARGIN + HEAD + 18,
      width: BAR,
      height: Math.max(120, Math.min(300, canvas.height - HEAD - FOOT - 160))
    })
  pen.font = `400 12px ${family}`
  pen.fillStyle = ink
  pen.textAlign = 'right'
  pen.fillText(NOT_FOR_DIAGNOSIS, canvas.width - MARGIN, canvas.height - 14)

  return canvas
}

function drawHead(pen: Pen, { title, lines }: Figure, { width }: { width: number }): void {
  pen.textAlign = 'left'
  pen.fillStyle = ink
  pen.font = `600 15px ${family}`
  pen.fillText(title, MARGIN, MARGIN + 14, width - 2 * MARGIN)
  pen.fillStyle = quiet
  pen.font = `400 12px ${family}`
  lines.slice(0, 2).forEach((line, at) => pen.fillText(line, MARGIN, MARGIN + 32 + at * LINE, width - 2 * MARGIN))
}

function drawPanel(pen: Pen, panel: FigurePanel, spot: Spot): void {
  pen.textAlign = 'left'
  pen.fillStyle = ink
  pen.font = `600 12px ${family}`
  pen.fillText(panel.title, spot.x, spot.y + 11, spot.width)
  pen.fillStyle = '#000000'
  pen.fillRect(spot.x, spot.y + 18, spot.width, spot.height)
  if (panel.picture === null) drawMissing(pen, panel, spot)
  else drawPicture(pen, { ...panel, picture: panel.picture }, { ...spot, y: spot.y + 18 })
  pen.textAlign = 'left'
  pen.fillStyle = quiet
  pen.font = `400 11px ${family}`
  panel.lines.forEach((line, at) => pen.fillText(line, spot.x, spot.y + 18 + spot.height + 12 + at * LINE, spot.width))
}

function drawPicture(
  pen: Pen,
  panel: FigurePanel & { readonly picture: NonNullable<FigurePanel['picture']> },
  spot: Spot
): void {
  const picture = fitted(panel, spot)
  pen.imageSmoothingEnabled = picture.width < panel.picture.width * 4
  pen.drawImage(panel.picture, picture.x, picture.y, picture.width, picture.height)
  drawOver(pen, panel, picture)
  drawCuts(pen, panel, picture)
  drawMarks(pen, panel.marks ?? [], picture)
  const frame = roomy(picture, spot)
  drawLetters(pen, panel, frame)
  drawScale(pen, panel, { ...frame, width: picture.width })
  if (panel.bar) drawPanelBar(pen, panel.bar, picture)
  drawNotes(pen, panel.notes ?? [], frame, noteLook)
}

/** Never a picture that could be taken for an empty map. */
function drawMissing(pen: Pen, { missing = '' }: FigurePanel, { x, y, width, height }: Spot): void {
  pen.textAlign = 'center'
  pen.fillStyle = quiet
  pen.font = `400 12px ${family}`
  pen.fillText(missing, x + width / 2, y + 18 + height / 2, width)
}

/** Height that letters and ruler need to be read apart. */
const LEAST = 110

/** A strip of few slices is lower than its letters are: they stand above and below it. */
function roomy(picture: Spot, spot: Spot): Spot {
  const more = Math.max(0, Math.min(spot.height, LEAST) - picture.height)

  return { ...picture, y: picture.y - more / 2, height: picture.height + more }
}

/** The picture in the middle of its place, whole. */
function fitted({ aspect }: FigurePanel, { x, y, width, height }: Spot): Spot {
  const shown = Math.min(width, height * aspect)
  const tall = shown / aspect

  return { x: x + (width - shown) / 2, y: y + (height - tall) / 2, width: shown, height: tall }
}

function drawOver(
  pen: Pen,
  { picture, over = [] }: Pick<FigurePanel, 'picture' | 'over'>,
  { x, y, width, height }: Spot
): void {
  if (picture === null) return
  pen.save()
  pen.translate(x, y)
  for (const lines of over) drawLines(pen, lines, { width: width / picture.width, height: height / picture.height })
  pen.restore()
}

function drawCuts(pen: Pen, { cuts }: FigurePanel, { x, y, width, height }: Spot): void {
  pen.strokeStyle = '#7fb2e5'
  pen.lineWidth = 1
  pen.setLineDash([4, 4])
  pen.beginPath()
  for (const share of cuts?.x ?? []) {
    pen.moveTo(Math.round(x + share * width) + 0.5, y)
    pen.lineTo(Math.round(x + share * width) + 0.5, y + height)
  }
  for (const share of cuts?.y ?? []) {
    pen.moveTo(x, Math.round(y + share * height) + 0.5)
    pen.lineTo(x + width, Math.round(y + share * height) + 0.5)
  }
  pen.stroke()
  pen.setLineDash([])
}

function drawLetters(pen: Pen, { letters, bar }: FigurePanel, { x, y, width, height }: Spot): void {
  pen.font = `600 11px ${family}`
  pen.textAlign = 'center'
  if (letters === null || letters.left + letters.right + letters.top + letters.bottom === '') {
    pen.textAlign = 'left'
    pen.font = `400 10px ${family}`

    return halo(pen, 'orientation unknown', { x: x + 6, y: y + 13 })
  }
  halo(pen, letters.left, { x: x + 9, y: y + height / 2 + 4 })
  halo(pen, letters.right, { x: x + width - 9 - (bar ? PANEL_BAR : 0), y: y + height / 2 + 4 })
  halo(pen, letters.top, { x: x + width / 2, y: y + 13 })
  halo(pen, letters.bottom, { x: x + width / 2, y: y + height - 6 })
}

function drawScale(pen: Pen, { widthMm, projection }: FigurePanel, { x, y, width, height }: Spot): void {
  pen.textAlign = 'left'
  pen.font = `400 10px ${family}`
  if (widthMm === null) return halo(pen, 'no scale in the file', { x: x + 6, y: y + height - 6 })
  const bar = scaleBar(width, width / widthMm)
  if (bar === null) return
  const words = `${bar.label}${projection === true ? ' at the detector' : ''}`
  // A ruler whose words would run into the letter of the lower edge stands above it.
  const wide = 11 + bar.width + pen.measureText(words).width > width / 2 - 12
  const bottom = y + height - (wide ? 23 : 7)
  for (const [colour, line] of [
    ['#000000', 4],
    [ink, 1.5]
  ] as const) {
    pen.strokeStyle = colour
    pen.lineWidth = line
    pen.beginPath()
    pen.moveTo(x + 6, bottom - 4)
    pen.lineTo(x + 6, bottom)
    pen.lineTo(x + 6 + bar.width, bottom)
    pen.lineTo(x + 6 + bar.width, bottom - 4)
    pen.stroke()
  }
  halo(pen, words, { x: x + 11 + bar.width, y: bottom })
}

/** A figure as the bytes of a PNG file. */
export async function figurePng(figure: Figure): Promise<Uint8Array<ArrayBuffer>> {
  await document.fonts.load(`600 15px ${family}`)
  const canvas = drawFigure(figure)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))

  return new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))
}
