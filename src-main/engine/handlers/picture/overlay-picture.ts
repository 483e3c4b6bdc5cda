import { type Canvas, type SKRSContext2D, createCanvas } from '@napi-rs/canvas'
import type { Labelmap } from '@engine/geometry/labelmap'
import { drawNotes } from '@shared/picture-notes'
import { roundBelow } from '@shared/round-length'
import { volumeEdgeLetters } from '@engine/geometry/orientation'
import type { Volume } from '@engine/geometry/volume'
import { colourAt, magnitudeColours, signedColours } from './colour-map'
import { registerFont } from './font'
import { overlayPixels } from './overlay-pixels'
import { outlineSegments } from './outline'

/** A picture of one slice with its map, that can be read on its own. */
export interface OverlayPicture {
  readonly image: Volume
  /** On the image's grid, 0…1 (or −1…1 when signed); null draws the bare image. */
  readonly map: Float32Array | null
  readonly signed: boolean
  /** Ends of the colour bar in words or numbers. */
  readonly scale: { readonly low: string; readonly high: string; readonly note: string }
  readonly slice: number
  readonly title: string
  readonly subtitle: string
  /** What has to be known before the map is read: it is flat, or of a finding the model does not see. */
  readonly notes: readonly string[]
  readonly outlines: readonly { readonly labelmap: Labelmap; readonly colour: string; readonly dashed: boolean }[]
}

const shortestSide = 384
const longestSide = 1024
const header = 46
const footer = 34
const barSpace = 86
const text = '#dce1e5'
const quiet = '#a3acb4'
const family = 'Inter, "DejaVu Sans", sans-serif'
const noteLook = { family, size: 12, line: 16, padding: 7, widest: 440, margin: 12, foot: 30 }

/**
 * Draws image, map and outlines with title, colour bar with its scale, orientation letters, a millimetre scale and
 * "Research use. Not for diagnosis."; returns PNG bytes.
 */
export function drawOverlay(picture: OverlayPicture): Uint8Array {
  return overlayCanvas(picture).toBuffer('image/png')
}

/** The same picture as red, green and blue side by side. */
export function overlayRgb(picture: OverlayPicture): { width: number; height: number; rgb: Uint8Array } {
  const canvas = overlayCanvas(picture)
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  const rgb = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = data[pixel * 4 + channel]
  }
  return { width, height, rgb }
}

/** The picture before it is encoded. */
export function overlayCanvas(picture: OverlayPicture): Canvas {
  registerFont()
  const { image } = picture
  const [columns, rows] = image.size
  const aspect = image.spacingMm === null ? 1 : image.spacingMm[1] / image.spacingMm[0]
  const zoom = zoomFor(columns, rows * aspect)
  const width = Math.round(columns * zoom)
  const height = Math.round(rows * aspect * zoom)
  const canvas = createCanvas(width + barSpace, header + height + footer)
  const context = canvas.getContext('2d')
  context.fillStyle = '#0b0d0f'
  context.fillRect(0, 0, canvas.width, canvas.height)

  const frame = { left: 0, top: header, width, height }
  context.imageSmoothingEnabled = zoom < 4
  context.drawImage(slicePicture(picture), frame.left, frame.top, width, height)
  for (const outline of picture.outlines) drawOutline(context, picture, outline, frame)
  drawWords(context, picture, frame)
  drawLetters(context, picture, frame)
  drawNotes(context, picture.notes, { ...frame, x: frame.left, y: frame.top }, noteLook)
  drawScaleBar(context, image, frame)
  if (picture.map !== null) drawColourBar(context, picture, frame)
  return canvas
}

interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

function zoomFor(width: number, height: number): number {
  const shorter = Math.min(width, height)
  const longer = Math.max(width, height)
  const wanted = Math.max(1, shortestSide / shorter)
  return Math.min(wanted, longestSide / longer)
}

function slicePicture({ image, map, slice, signed }: OverlayPicture): Canvas {
  const [columns, rows] = image.size
  const style = {
    opacity: 0.55,
    threshold: signed ? 0.1 : 0.15,
    colours: signed ? signedColours : magnitudeColours,
    signed
  }
  const plane = createCanvas(columns, rows)
  const context = plane.getContext('2d')
  const pixels = context.createImageData(columns, rows)
  pixels.data.set(overlayPixels(image, map, slice, style))
  context.putImageData(pixels, 0, 0)
  return plane
}

function drawOutline(
  context: SKRSContext2D,
  picture: OverlayPicture,
  outline: OverlayPicture['outlines'][number],
  frame: Frame
): void {
  const [columns, rows] = picture.image.size
  const across = frame.width / columns
  const down = frame.height / rows
  const segments = outlineSegments(outline.labelmap, picture.slice)
  for (const [colour, lineWidth] of [
    ['#000000', 4],
    [outline.colour, 1.8]
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = lineWidth
    context.setLineDash(outline.dashed ? [8, 4] : [])
    context.beginPath()
    for (const [x0, y0, x1, y1] of segments) {
      context.moveTo(frame.left + x0 * across, frame.top + y0 * down)
      context.lineTo(frame.left + x1 * across, frame.top + y1 * down)
    }
    context.stroke()
  }
  context.setLineDash([])
}

function drawWords(context: SKRSContext2D, picture: OverlayPicture, frame: Frame): void {
  context.textAlign = 'left'
  context.fillStyle = text
  context.font = `600 14px ${family}`
  context.fillText(picture.title, 10, 19, frame.width + barSpace - 20)
  context.fillStyle = quiet
  context.font = `400 12px ${family}`
  context.fillText(picture.subtitle, 10, 37, frame.width + barSpace - 20)
  context.textAlign = 'right'
  context.font = `400 11px ${family}`
  context.fillText('Research use. Not for diagnosis.', frame.width + barSpace - 10, frame.top + frame.height + 21)
}

function drawLetters(context: SKRSContext2D, { image }: OverlayPicture, frame: Frame): void {
  const { left, top, width, height } = frame
  const halo = (letter: string, x: number, y: number): void => {
    context.lineWidth = 3
    context.strokeStyle = '#000000'
    context.strokeText(letter, x, y)
    context.fillStyle = text
    context.fillText(letter, x, y)
  }
  context.textAlign = 'center'
  context.font = `600 13px ${family}`
  const letters = volumeEdgeLetters(image)
  if (letters.right === '' && letters.bottom === '') {
    context.font = `400 11px ${family}`
    context.textAlign = 'left'
    halo('orientation unknown', left + 8, top + 16)
    return
  }
  halo(letters.left, left + 12, top + height / 2 + 5)
  halo(letters.right, left + width - 12, top + height / 2 + 5)
  halo(letters.top, left + width / 2, top + 17)
  halo(letters.bottom, left + width / 2, top + height - 8)
}

/** A bar of 1, 2 or 5 times a power of ten millimetres, at most a fifth of the width. */
function drawScaleBar(context: SKRSContext2D, image: Volume, frame: Frame): void {
  const y = frame.top + frame.height + 21
  context.textAlign = 'left'
  context.font = `400 11px ${family}`
  context.fillStyle = quiet
  if (image.spacingMm === null) {
    context.fillText('no scale in the file', 10, y)
    return
  }
  const mmPerPixel = (image.size[0] * image.spacingMm[0]) / frame.width
  const length = roundBelow((frame.width * mmPerPixel) / 5)
  const pixels = length / mmPerPixel
  context.fillRect(10, y - 5, pixels, 2)
  context.fillRect(10, y - 9, 1, 10)
  context.fillRect(10 + pixels, y - 9, 1, 10)
  context.fillText(length >= 10 ? `${length / 10} cm` : `${length} mm`, 18 + pixels, y)
}

function drawColourBar(context: SKRSContext2D, { signed, scale }: OverlayPicture, frame: Frame): void {
  const left = frame.width + 12
  const top = frame.top + 22
  const height = Math.min(260, frame.height - 60)
  const colours = signed ? signedColours : magnitudeColours
  for (let row = 0; row < height; row++) {
    const [red, green, blue] = colourAt(colours, 1 - (row + 0.5) / height)
    context.fillStyle = `rgb(${red}, ${green}, ${blue})`
    context.fillRect(left, top + row, 14, 1)
  }
  context.fillStyle = text
  context.textAlign = 'left'
  context.font = `400 11px ${family}`
  context.fillText(scale.high, left + 20, top + 8, barSpace - 34)
  context.fillText(scale.low, left + 20, top + height, barSpace - 34)
  context.fillStyle = quiet
  context.fillText(scale.note, left - 4, top + height + 18, barSpace - 10)
}
