/** How figures are written: type, inks, and text that is readable over a picture. */

export type Pen = CanvasRenderingContext2D

export interface Spot {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const family = '"Inter Variable", sans-serif'
export const ink = '#dce1e5'
export const quiet = '#a3acb4'
export const LINE = 15
export const MARGIN = 16

export function halo(pen: Pen, text: string, at: { x: number; y: number }): void {
  pen.lineWidth = 3
  pen.lineJoin = 'round'
  pen.strokeStyle = '#000000'
  pen.strokeText(text, at.x, at.y)
  pen.fillStyle = ink
  pen.fillText(text, at.x, at.y)
}
