import type { ColourTable, OverlayStyle } from './blend'
import type { Line } from './outline'
import { paintValues, type PanelSize } from './panel-picture'
import type { Turn } from './turn'

/** Values on the pixels of a picture, and how they are coloured. */
export interface PictureLayer {
  readonly values: Float32Array
  readonly style: OverlayStyle
  readonly table: ColourTable
}

/** Lines around something, in pixels of the picture. */
export interface PictureLines {
  readonly lines: readonly Line[]
  readonly colour: string
  /** Lengths of dash and gap; empty: solid. */
  readonly dash?: readonly number[]
}

export interface PictureOrder {
  readonly grey: HTMLCanvasElement
  readonly over: PictureLayer | null
  readonly lines: readonly PictureLines[]
  readonly turn: Turn
  /** Of the finished picture, as it stands on the paper. */
  readonly size: PanelSize
}

/** Pixels of four bytes on a canvas of their own. */
export function colouredCanvas(
  pixels: Uint8ClampedArray<ArrayBuffer>,
  { width, height }: PanelSize
): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)

  return canvas
}

/** A slice with its map and lines at the size it is printed in, turned as on the screen. */
export function figurePicture({ grey, over, lines, turn, size }: PictureOrder): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  const pen = canvas.getContext('2d')
  if (pen === null) return canvas
  const upended = turn.quarters % 2 === 1
  const [width, height] = upended ? [size.height, size.width] : [size.width, size.height]
  pen.translate(size.width / 2, size.height / 2)
  pen.rotate((turn.quarters * Math.PI) / 2)
  pen.scale(turn.mirrored ? -1 : 1, 1)
  pen.translate(-width / 2, -height / 2)
  // Enlarged more than four times, every voxel is the square it is.
  pen.imageSmoothingEnabled = width < 4 * grey.width
  pen.drawImage(grey, 0, 0, width, height)
  if (over !== null) {
    const colours = document.createElement('canvas')
    paintValues(colours, over.values, grey, over)
    pen.drawImage(colours, 0, 0, width, height)
  }
  for (const one of lines) drawLines(pen, one, { width: width / grey.width, height: height / grey.height })

  return canvas
}

/** Coloured on a black halo; `scale`: lengths of one pixel of the picture. */
export function drawLines(
  pen: CanvasRenderingContext2D,
  { lines, colour, dash = [] }: PictureLines,
  scale: PanelSize
): void {
  pen.beginPath()
  for (const line of lines) {
    line.forEach(([x, y], index) => {
      if (index === 0) pen.moveTo(x * scale.width, y * scale.height)
      else pen.lineTo(x * scale.width, y * scale.height)
    })
    pen.closePath()
  }
  pen.lineJoin = 'round'
  pen.lineWidth = 3
  pen.strokeStyle = '#000c'
  pen.stroke()
  pen.setLineDash([...dash])
  pen.lineWidth = 1.4
  pen.strokeStyle = colour
  pen.stroke()
  pen.setLineDash([])
}
