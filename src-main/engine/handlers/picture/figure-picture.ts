import { type SKRSContext2D, createCanvas, ImageData, Path2D } from '@napi-rs/canvas'
import { type Raster, rasterPixels } from '@shared/figures/raster'
import { standing, type Scene, type Shape, type Tone } from '@shared/figures/scene'
import type { VerdictState } from '@shared/verdict'
import { registerFont } from './font'
import { withResolution } from './physical-size'

/** Figures are laid out in CSS pixels, 96 an inch, and printed at 300 dots an inch. */
const dotsPerInch = 300
const scale = dotsPerInch / 96
/** Longest side in dots: a report with hundreds of methods must not ask for gigabytes. */
const longestSide = 12_000
const margin = 12

/** The light colours of the report file, which tell apart without colour vision by shape and by lightness. */
const colours: Readonly<Record<Tone, string>> = {
  ink: '#1a1f24',
  quiet: '#4a545d',
  faint: '#5f6973',
  grid: '#dde1e4',
  axis: '#7c8791',
  pass: '#0b7358',
  fail: '#ae430c',
  open: '#5c6771',
  accent: '#1f5fa8',
  bright: '#ffffff'
}
const stateColours: Readonly<Record<VerdictState, string>> = {
  pass: colours.pass,
  fail: colours.fail,
  inconclusive: colours.open,
  'not-assessable': colours.open
}
const family = 'Inter, "Liberation Sans", "DejaVu Sans", sans-serif'

/** A figure as PNG at 300 dpi on white, its resolution stated in the file. */
export function figurePng(drawing: Scene): Uint8Array {
  registerFont()
  const scene = standing(drawing)
  const [width, height] = [scene.width + 2 * margin, scene.height + 2 * margin]
  const zoom = Math.min(scale, longestSide / Math.max(width, height))
  const canvas = createCanvas(Math.round(width * zoom), Math.round(height * zoom))
  const context = canvas.getContext('2d')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.scale(zoom, zoom)
  context.translate(margin, margin)
  for (const shape of scene.shapes) {
    context.save()
    draw(context, shape)
    context.restore()
  }
  return withResolution(canvas.toBuffer('image/png'), 96 * zoom)
}

const opacityOf = (shape: Shape): number => ('opacity' in shape ? (shape.opacity ?? 1) : 1)

function draw(context: SKRSContext2D, shape: Shape): void {
  if (shape.kind === 'mark') return drawMark(context, shape)
  if (shape.kind === 'raster') return drawRaster(context, shape)
  const colour = colours[shape.tone]
  context.fillStyle = colour
  context.strokeStyle = colour
  context.globalAlpha = opacityOf(shape)
  switch (shape.kind) {
    case 'line':
      return drawLine(context, shape)
    case 'rect':
      context.beginPath()
      context.roundRect(shape.x, shape.y, shape.width, shape.height, Math.min(2, shape.width / 2))
      return shape.filled ? context.fill() : context.stroke()
    case 'dot':
      context.beginPath()
      context.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI)
      context.lineWidth = 1.8
      return shape.filled ? context.fill() : context.stroke()
    case 'square':
      return context.fillRect(shape.x - shape.radius, shape.y - shape.radius, 2 * shape.radius, 2 * shape.radius)
    case 'path':
      context.lineWidth = shape.width ?? 1
      context.lineJoin = 'round'
      return shape.filled ? context.fill(new Path2D(shape.d)) : context.stroke(new Path2D(shape.d))
    case 'text':
      context.font = `${shape.bold === true ? '600 ' : ''}12px ${family}`
      context.textAlign = shape.anchor === 'middle' ? 'center' : shape.anchor
      return context.fillText(shape.words, shape.x, shape.y)
  }
}

function drawRaster(context: SKRSContext2D, raster: Raster): void {
  const { columns, rows, x, y, width, height } = raster
  const small = createCanvas(columns, rows)
  small.getContext('2d').putImageData(new ImageData(rasterPixels(raster), columns, rows), 0, 0)
  context.imageSmoothingEnabled = false
  context.drawImage(small, x, y, width, height)
}

function drawLine(context: SKRSContext2D, { x1, y1, x2, y2, width, dash }: Extract<Shape, { kind: 'line' }>): void {
  context.lineWidth = width ?? 1
  if (dash !== undefined) context.setLineDash(dash.split(' ').map(Number))
  context.beginPath()
  context.moveTo(x1, y1)
  context.lineTo(x2, y2)
  context.stroke()
}

/** The marks of the report in a box of 12: disc with tick, diamond with cross, half disc, dashed ring. */
function drawMark(context: SKRSContext2D, { x, y, state }: Extract<Shape, { kind: 'mark' }>): void {
  const colour = stateColours[state]
  context.translate(x, y)
  context.scale(12 / 16, 12 / 16)
  context.fillStyle = colour
  context.strokeStyle = colour
  context.lineWidth = 1.6
  context.lineCap = 'round'
  const ring = new Path2D('M14.6 8A6.6 6.6 0 1 1 1.4 8 6.6 6.6 0 1 1 14.6 8Z')
  if (state === 'pass') context.fill(new Path2D('M15.2 8A7.2 7.2 0 1 1 .8 8 7.2 7.2 0 1 1 15.2 8Z'))
  if (state === 'fail') context.fill(new Path2D('M8 .2L15.8 8 8 15.8 .2 8z'))
  if (state === 'not-assessable') context.setLineDash([2.5, 2.68])
  if (state === 'inconclusive' || state === 'not-assessable') context.stroke(ring)
  if (state === 'inconclusive') context.fill(new Path2D('M8 1.4a6.6 6.6 0 0 0 0 13.2z'))
  context.setLineDash([])
  if (state === 'not-assessable') context.stroke(new Path2D('M5.2 8h5.6'))
  context.strokeStyle = '#ffffff'
  if (state === 'pass') context.stroke(new Path2D('M4.8 8.2l2.2 2.2 4.1-4.5'))
  if (state === 'fail') context.stroke(new Path2D('M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2'))
}
