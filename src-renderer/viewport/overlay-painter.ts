import { paintRegion, type ColourTable, type OverlayStyle } from './blend'
import type { Line } from './outline'
import { toScreen, type CellSize, type Placement } from './placement'

/** Values on a grid that covers the whole image: the map itself, or the model's own cells. */
export interface DrawnValues {
  readonly values: Float32Array
  readonly size: readonly [number, number, number]
}

export interface OverlayDrawing {
  readonly source: DrawnValues
  readonly slice: number
  /** Columns and rows of the image the values lie on. */
  readonly image: { readonly columns: number; readonly rows: number }
  readonly style: OverlayStyle
  readonly table: ColourTable
  readonly placement: Placement
  readonly cell: CellSize
  readonly pixelRatio: number
  /** Every value as the square it is. */
  readonly nearest: boolean
  /** Lines around what lies above the limit, in image coordinates. */
  readonly contours: readonly Line[]
}

/** A rectangle of values, and how many of them one pixel of the tile stands for. */
interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly step: number
}

/** Above this number of values only what is visible is coloured. */
const WHOLE_LIMIT = 1_000_000
/** Values coloured beyond the visible edge, so that short pans colour nothing new. */
const MARGIN = 64

/** Lays coloured values over the image on a canvas of its own; remembers what it coloured last. */
export class OverlayPainter {
  readonly #canvas: HTMLCanvasElement
  readonly #tile = document.createElement('canvas')
  #region: Region | null = null
  #painted: Pick<OverlayDrawing, 'source' | 'slice' | 'style' | 'table'> | null = null

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  clear(): void {
    const context = this.#canvas.getContext('2d')
    context?.setTransform(1, 0, 0, 1, 0, 0)
    context?.clearRect(0, 0, this.#canvas.width, this.#canvas.height)
  }

  /** Draws the overlay exactly where the image lies. */
  draw(drawing: OverlayDrawing): void {
    const context = this.#canvas.getContext('2d')
    if (context === null) return
    this.#fitCanvas(drawing)
    this.clear()

    const region = this.#colour(drawing)
    if (region === null) return

    const { placement, image, source, pixelRatio } = drawing
    const perX = (placement.scaleX * image.columns) / source.size[0]
    const perY = (placement.scaleY * image.rows) / source.size[1]
    context.imageSmoothingEnabled = !drawing.nearest
    context.imageSmoothingQuality = 'low'
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    this.#clipToImage(context, drawing)
    context.drawImage(
      this.#tile,
      placement.offsetX + region.x * perX,
      placement.offsetY + region.y * perY,
      region.width * perX,
      region.height * perY
    )
    drawContours(context, drawing)
    context.restore()
  }

  #fitCanvas({ cell, pixelRatio }: OverlayDrawing): void {
    const width = Math.round(cell.width * pixelRatio)
    const height = Math.round(cell.height * pixelRatio)
    if (this.#canvas.width !== width) this.#canvas.width = width
    if (this.#canvas.height !== height) this.#canvas.height = height
  }

  #clipToImage(context: CanvasRenderingContext2D, { placement, image }: OverlayDrawing): void {
    context.save()
    context.beginPath()
    context.rect(placement.offsetX, placement.offsetY, image.columns * placement.scaleX, image.rows * placement.scaleY)
    context.clip()
  }

  /** Colours the tile unless it still holds the right colours; null when nothing is visible. */
  #colour(drawing: OverlayDrawing): Region | null {
    const step = stepOf(drawing)
    const visible = visibleRegion(drawing, { margin: 0, step })
    if (visible === null) return null
    if (this.#region?.step === step && this.#isCurrent(drawing) && contains(this.#region, visible)) return this.#region

    const { source, slice, style, table } = drawing
    const [columns, rows] = source.size
    const whole = columns * rows <= WHOLE_LIMIT
    const region = whole
      ? { x: 0, y: 0, width: columns, height: rows, step: 1 }
      : (visibleRegion(drawing, { margin: MARGIN, step }) ?? visible)
    this.#paint(drawing, region)
    this.#region = region
    this.#painted = { source, slice, style, table }

    return region
  }

  #paint(drawing: OverlayDrawing, region: Region): void {
    const { source, style, table } = drawing
    const [columns, rows] = source.size
    const width = Math.floor(region.width / region.step)
    const height = Math.floor(region.height / region.step)
    // Of each block the value nearest to its middle stands for it.
    const middle = region.step >> 1
    const pixels = paintRegion(
      {
        values: source.values,
        columns,
        start: sourceSlice(drawing) * columns * rows,
        x: region.x + middle,
        y: region.y + middle,
        width,
        height,
        step: region.step
      },
      style,
      table
    )

    this.#tile.width = width
    this.#tile.height = height
    this.#tile.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)
  }

  #isCurrent({ source, slice, style, table }: OverlayDrawing): boolean {
    const last = this.#painted

    return (
      last !== null && last.source === source && last.slice === slice && last.style === style && last.table === table
    )
  }
}

/** White on a black halo, as wide on the screen at every zoom. */
function drawContours(context: CanvasRenderingContext2D, { contours, placement }: OverlayDrawing): void {
  if (contours.length === 0) return
  context.beginPath()
  for (const line of contours) {
    line.forEach(([x, y], index) => {
      const at = toScreen(placement, { x, y })
      if (index === 0) context.moveTo(at.x, at.y)
      else context.lineTo(at.x, at.y)
    })
    context.closePath()
  }
  context.lineJoin = 'round'
  context.lineWidth = 3
  context.strokeStyle = '#000a'
  context.stroke()
  context.lineWidth = 1.2
  context.strokeStyle = '#f1f4f6'
  context.stroke()
}

/** The model's cells may have one layer for all slices, or their own number of layers. */
function sourceSlice({ source, slice }: OverlayDrawing): number {
  return Math.min(slice, source.size[2] - 1)
}

/** How many values along each axis share one pixel of the screen; 1 for images that fit or are enlarged. */
function stepOf({ placement, source, image, pixelRatio, nearest }: OverlayDrawing): number {
  const [columns, rows] = source.size
  if (nearest || columns * rows <= WHOLE_LIMIT) return 1

  return Math.max(1, Math.floor(columns / (placement.scaleX * image.columns * pixelRatio)))
}

interface Wanted {
  readonly margin: number
  readonly step: number
}

function visibleRegion({ placement, cell, source, image }: OverlayDrawing, { margin, step }: Wanted): Region | null {
  /** First value and number of values in sight, in whole blocks. */
  const span = (offset: number, scale: number, length: number, count: number): [number, number] => {
    const blocks = Math.floor(count / step)
    const first = Math.max(0, Math.floor((-offset / scale - 1 - margin) / step))
    const last = Math.min(blocks, Math.ceil(((length - offset) / scale + 1 + margin) / step))

    return [first * step, (last - first) * step]
  }
  const [columns, rows] = source.size
  const [x, width] = span(placement.offsetX, (placement.scaleX * image.columns) / columns, cell.width, columns)
  const [y, height] = span(placement.offsetY, (placement.scaleY * image.rows) / rows, cell.height, rows)

  return width > 0 && height > 0 ? { x, y, width, height, step } : null
}

function contains(outer: Region, inner: Region): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}
