import type { SegmentPlanes } from '@shared/drawing/segment-planes'
import { family } from './figure-pen'
import { labelPlaces, type Named } from './finding-labels'
import { outlineOf } from './outline'
import { toScreen, type CellSize, type Placement, type Point } from './placement'
import { turnedPoint, unturnedPoint, unturnedSize, type Turn } from './turn'

/** A segment as it is laid over the image. */
export interface DrawnSegment {
  readonly segment: string
  readonly planes: SegmentPlanes
  readonly colour: string
  readonly dash: readonly number[]
  /** The one that is drawn: its inside is tinted more. */
  readonly active: boolean
  /** Beside the outline: name and size; empty for none. */
  readonly label: string
}

/** A bounding box, drawn elsewhere; its words stand with those of the outlines. */
export interface NamedBox {
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number]
  readonly colour: string
  readonly label: string
}

export interface SegmentDrawing {
  readonly segments: readonly DrawnSegment[]
  /** On this slice. */
  readonly boxes: readonly NamedBox[]
  readonly slice: number
  readonly placement: Placement
  readonly cell: CellSize
  readonly pixelRatio: number
  /** Of the cell the canvas lies in: words stand upright on the screen. */
  readonly turn: Turn
  /** Of the tint inside, 0…1. */
  readonly fill: number
}

const OUTLINE = 1.8
const HALO = 4
/** Of a label, below its upper edge. */
const BASELINE = 12
/** Of the tint of segments that are not drawn now. */
const QUIET = 0.4

interface Outline {
  readonly version: number
  readonly path: Path2D
  /** The corners farthest to the left, the top, the right and the bottom of the image. */
  readonly ends: readonly Point[]
}

const sides: readonly Point[] = [
  { x: -1, y: 0 },
  { x: 0, y: -1 },
  { x: 1, y: 0 },
  { x: 0, y: 1 }
]

const along = (side: Point, { x, y }: Point): number => side.x * x + side.y * y

function farthest(points: readonly Point[], side: Point): Point | undefined {
  return points.reduce<Point | undefined>(
    (found, point) => (found === undefined || along(side, point) > along(side, found) ? point : found),
    undefined
  )
}

/** Words and the points of what they name, in image coordinates. */
interface Label extends Pick<Named, 'side' | 'framed'> {
  readonly words: string
  readonly colour: string
  readonly ends: readonly Point[]
}

const boxLabel = ({ box: [x0, y0, x1, y1], colour, label }: NamedBox): Label => {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2]
  const ends = [
    { x: x0, y },
    { x, y: y0 },
    { x: x1, y },
    { x, y: y1 }
  ]

  return { words: label, colour, ends, side: 'above', framed: true }
}

/**
 * Draws the segments of one slice into a canvas of their own: tint, black halo, line. An outline is made anew only when the
 * pixels of its slice changed, and only inside the box that holds them.
 */
export class DrawingPainter {
  readonly #context: CanvasRenderingContext2D | null
  readonly #outlines = new Map<string, Outline>()

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext('2d')
  }

  clear(): void {
    this.#context?.clearRect(0, 0, this.canvas.width, this.canvas.height)
  }

  draw(drawing: SegmentDrawing): void {
    const context = this.#context
    if (context === null) return
    const { cell, pixelRatio, placement } = drawing
    const [width, height] = [Math.round(cell.width * pixelRatio), Math.round(cell.height * pixelRatio)]
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width
      this.canvas.height = height
    }
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    context.clearRect(0, 0, cell.width, cell.height)
    const labels: Label[] = []
    // The active one last: nothing lies over what is drawn now.
    for (const one of [...drawing.segments].sort((a, b) => Number(a.active) - Number(b.active))) {
      const outline = this.#outline(one, drawing.slice)
      if (outline === null) continue
      const path = new Path2D()
      path.addPath(
        outline.path,
        new DOMMatrix([placement.scaleX, 0, 0, placement.scaleY, placement.offsetX, placement.offsetY])
      )
      this.#paint(context, path, one, drawing.fill)
      // Its label has the first choice.
      labels.unshift({ words: one.label, colour: one.colour, ends: outline.ends, side: 'below' })
    }
    this.#labels(context, [...labels, ...drawing.boxes.map(boxLabel)], drawing)
  }

  #paint(context: CanvasRenderingContext2D, path: Path2D, { colour, dash, active }: DrawnSegment, fill: number): void {
    context.globalAlpha = active ? fill : fill * QUIET
    context.fillStyle = colour
    context.fill(path, 'evenodd')
    context.globalAlpha = 1
    context.lineJoin = 'round'
    context.setLineDash([])
    context.strokeStyle = '#000c'
    context.lineWidth = HALO
    context.stroke(path)
    context.setLineDash([...dash])
    context.strokeStyle = colour
    context.lineWidth = OUTLINE
    context.stroke(path)
    context.setLineDash([])
  }

  #labels(
    context: CanvasRenderingContext2D,
    labels: readonly Label[],
    { placement, turn, cell }: SegmentDrawing
  ): void {
    context.font = `12px ${family}`
    context.textAlign = 'center'
    context.lineWidth = 3
    context.strokeStyle = '#000'
    const shown = labels.filter(({ words }) => words !== '')
    const named = shown.map(({ words, ends, side, framed }) => ({
      points: ends.map((end) => turnedPoint(turn, cell, toScreen(placement, end))),
      width: context.measureText(words).width,
      side,
      framed
    }))
    labelPlaces(named, unturnedSize(turn, cell)).forEach((place, index) => {
      if (place === null) return
      const { words, colour } = shown[index]
      const { x, y } = unturnedPoint(turn, cell, place)
      context.fillStyle = colour
      context.save()
      context.translate(x, y)
      if (turn.mirrored) context.scale(-1, 1)
      context.rotate((-Math.PI / 2) * turn.quarters)
      context.strokeText(words, 0, BASELINE)
      context.fillText(words, 0, BASELINE)
      context.restore()
    })
  }

  #outline({ segment, planes }: DrawnSegment, slice: number): Outline | null {
    const key = `${segment} ${slice}`
    const version = planes.version(slice)
    const known = this.#outlines.get(key)
    if (known !== undefined && known.version === version) return known
    const [bits, bounds] = [planes.bits(slice), planes.bounds(slice)]
    if (bits === null || bounds === null) {
      this.#outlines.delete(key)

      return null
    }
    const [columns, rows] = [bounds.x1 - bounds.x0, bounds.y1 - bounds.y0]
    const labelmap = new Uint8Array(columns * rows)
    for (let row = 0; row < rows; row++) {
      const from = (bounds.y0 + row) * planes.columns + bounds.x0
      labelmap.set(bits.subarray(from, from + columns), row * columns)
    }
    const path = new Path2D()
    const corners: Point[] = []
    for (const line of outlineOf({ labelmap, columns, rows, start: 0 })) {
      line.forEach(([x, y], at) => {
        const [X, Y] = [x + bounds.x0, y + bounds.y0]
        if (at === 0) path.moveTo(X, Y)
        else path.lineTo(X, Y)
        corners.push({ x: X, y: Y })
      })
      path.closePath()
    }
    // Slices are looked at one after the other: what is kept of them must not grow without end.
    if (this.#outlines.size > 200) this.#outlines.clear()
    const made = { version, path, ends: sides.flatMap((side) => farthest(corners, side) ?? []) }
    this.#outlines.set(key, made)

    return made
  }
}
