import { createCanvas } from '@napi-rs/canvas'
import { overlayCanvas, type OverlayPicture } from './overlay-picture'
import { withResolution } from './physical-size'

const gap = 12
/** Dots an inch of the figure; a row of four panels is then about as wide as a page. */
const dotsPerInch = 300

/** Panels row by row in one picture, each as high and as wide as the largest; PNG bytes with their resolution. */
export function panelGrid(pictures: readonly OverlayPicture[], columns: number): Uint8Array {
  const panels = pictures.map(overlayCanvas)
  const across = Math.min(columns, panels.length)
  const width = Math.max(...panels.map((panel) => panel.width))
  const height = Math.max(...panels.map((panel) => panel.height))
  const down = Math.ceil(panels.length / across)
  const canvas = createCanvas(across * (width + gap) - gap, down * (height + gap) - gap)
  const context = canvas.getContext('2d')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  panels.forEach((panel, at) => {
    context.drawImage(panel, (at % across) * (width + gap), Math.floor(at / across) * (height + gap))
  })
  return withResolution(canvas.toBuffer('image/png'), dotsPerInch)
}
