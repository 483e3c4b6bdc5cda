import { boxOf } from '@shared/drawing/area-shapes'
import type { PlanePoint } from '@shared/drawing/patch'
import type { ValueBand } from '@shared/drawing/value-band'
import { readWords } from './catalogue-read'
import { steppedPixel } from './cursor-keys'
import { allowed, bandAt, paintedPatches, placedPoint, shapePatch } from './drawing-marks'
import { addBox, firstSegment, growFrom, segmentOnItsWay } from './drawing-segments.svelte'
import { RunningStroke } from './drawing-stroke'
import { tools, type ToolId } from './drawing-tools.svelte'
import { drawing } from './drawing.svelte'
import { shell } from './shell.svelte'
import { viewer } from './viewer.svelte'

/** A shape that is not finished: corners in image coordinates. */
export interface UnfinishedShape {
  readonly kind: Exclude<ToolId, 'brush' | 'ball' | 'eraser' | 'grow'>
  readonly points: readonly PlanePoint[]
  readonly slice: number
  readonly erases: boolean
}

const same = (one: PlanePoint, other: PlanePoint): boolean => one.x === other.x && one.y === other.y

/** The hand that draws: what pointer, pen and arrow keys do with the tool. Points are image coordinates. */
class Hand {
  shape = $state.raw<UnfinishedShape | null>(null)
  /** Where the tool is; null when it is not over the image. */
  at = $state.raw<PlanePoint | null>(null)
  #stroke: { running: RunningStroke; slice: number; band: ValueBand | null; last: PlanePoint; tool: ToolId } | null =
    null
  /** What is done while a segment is being made, to be done when it is there. */
  #later: (() => void)[] | null = null

  /** A brush is down. */
  get painting(): boolean {
    return this.#stroke !== null
  }

  get busy(): boolean {
    return this.#stroke !== null || this.shape !== null
  }

  /** The pointer goes down: `erases` takes away whatever the tool is. */
  down(point: PlanePoint, erases = false): void {
    if (!drawing.mayStroke || viewer.image === null) return
    this.#awaitSegment()
    this.#soon(() => this.#begin(point, erases || tools.tool === 'eraser'))
  }

  move(point: PlanePoint): void {
    this.at = point
    this.#soon(() => this.#go(point))
  }

  up(point: PlanePoint): void {
    this.#soon(() => {
      this.#go(point)
      if (this.#stroke !== null) this.#finishStroke()
      else if (this.shape !== null && this.shape.kind !== 'polygon') this.close()
    })
  }

  /** A point by keyboard: a dab of the brush, a corner of a shape; the same corner again closes. */
  point(at: PlanePoint): void {
    if (tools.paints || tools.tool === 'grow') {
      this.down(at)
      this.up(at)

      return
    }
    if (!drawing.mayStroke || viewer.image === null) return
    this.#awaitSegment()
    this.#soon(() => this.#corner(at))
  }

  /** Ends the shape and paints it. */
  close(): void {
    const { shape } = this
    const [image, grid, segment] = [viewer.image, drawing.grid, drawing.activeId]
    if (drawing.operates) return
    this.shape = null
    if (shape === null || image === null || grid === null || segment === null) return
    const { kind, points, slice, erases } = shape
    if (kind === 'box') {
      if (points.length > 1) addBox(boxOf(grid, points[0], points[points.length - 1]), slice)

      return
    }
    const running = new RunningStroke(segment, !erases, tools.replaceOthers)
    running.add(slice, allowed(image, slice, shapePatch(grid, kind, points)))
    this.#send(running, kind, slice)
  }

  /** Takes back the last corner of a polygon. */
  lastPoint(): void {
    const { shape } = this
    if (shape === null) return
    this.shape = shape.points.length > 1 ? { ...shape, points: shape.points.slice(0, -1) } : null
  }

  /** Gives up what is not finished; false when there was nothing. */
  cancel(): boolean {
    if (!this.busy) return false
    this.#stroke?.running.cancel()
    this.#stroke = null
    this.shape = null

    return true
  }

  /** Moves the tool by whole pixels; from the middle of the image when it was nowhere. */
  step(by: PlanePoint): void {
    const grid = drawing.grid
    if (grid === null) return
    const from = this.at ?? { x: Math.floor(grid.columns / 2), y: Math.floor(grid.rows / 2) }
    this.move(steppedPixel(from, by, grid))
  }

  #soon(work: () => void): void {
    if (this.#later === null) work()
    else this.#later.push(work)
  }

  /** The first stroke makes the segment. While one is being made, what the hand does is of it and done afterwards. */
  #awaitSegment(): void {
    const added = segmentOnItsWay()
    if (this.#later !== null || (added === null && drawing.active !== null)) return
    this.#later = []
    const begun = (added ?? firstSegment()).then((made) => {
      const later = this.#later ?? []
      this.#later = null
      if (made) later.forEach((work) => work())
    })
    void drawing.underWay.add(begun)
  }

  #begin(point: PlanePoint, erases: boolean): void {
    const [image, grid, segment] = [viewer.image, drawing.grid, drawing.activeId]
    if (image === null || grid === null || segment === null) return
    const { slice } = viewer
    const { tool } = tools
    if (tool === 'grow') return growFrom(point, slice)
    if (!tools.paints) {
      const placed = placedPoint(image, grid, slice, point)
      if (tool === 'polygon' && this.shape !== null) return this.#corner(placed)
      this.shape = { kind: tool as UnfinishedShape['kind'], points: [placed], slice, erases }

      return
    }
    const band = tools.adaptive && !erases ? bandAt(image, slice, point) : null
    const running = new RunningStroke(segment, !erases, tools.replaceOthers)
    this.#stroke = { running, slice, band, last: point, tool: erases ? 'eraser' : tool }
    this.#paint(point)
  }

  #go(point: PlanePoint): void {
    if (this.#stroke !== null) {
      if (!same(point, this.#stroke.last)) this.#paint(point)

      return
    }
    const [image, grid] = [viewer.image, drawing.grid]
    const { shape } = this
    if (shape === null || shape.kind === 'polygon' || image === null || grid === null) return
    const placed = placedPoint(image, grid, shape.slice, point)
    if (shape.kind !== 'freehand') this.shape = { ...shape, points: [shape.points[0], placed] }
    else if (!same(placed, shape.points[shape.points.length - 1])) {
      this.shape = { ...shape, points: [...shape.points, placed] }
    }
  }

  #paint(point: PlanePoint): void {
    const [image, grid] = [viewer.image, drawing.grid]
    const stroke = this.#stroke
    if (stroke === null || image === null || grid === null) return
    const { last: from, slice, band } = stroke
    for (const one of paintedPatches(image, grid, { from, to: point, slice, band })) {
      stroke.running.add(one.slice, one.patch)
    }
    stroke.last = point
  }

  #finishStroke(): void {
    const stroke = this.#stroke
    this.#stroke = null
    if (stroke !== null) this.#send(stroke.running, stroke.tool, stroke.slice)
  }

  #send(running: RunningStroke, tool: ToolId, slice: number): void {
    const word = readWords.tools[tool]
    const all = drawing.grid?.slices ?? 1
    running.finish({
      tool,
      slice,
      name: (slices) => (slices > 1 ? readWords.names.slices(word, slices) : readWords.names.slice(word, slice, all))
    })
  }

  /** The next corner; the last or, of a polygon, the first one again closes. */
  #corner(at: PlanePoint): void {
    const { shape } = this
    const { slice } = viewer
    if (shape === null || shape.slice !== slice) {
      if (shape !== null) shell.sentence = readWords.shapeLeft(shape.slice)
      this.shape = { kind: tools.tool as UnfinishedShape['kind'], points: [at], slice, erases: false }

      return
    }
    const { points, kind } = shape
    if (kind === 'polygon' || kind === 'freehand') {
      const closes = points.length > 2 && (same(points[0], at) || same(points[points.length - 1], at))
      if (closes) return this.close()
      if (!same(points[points.length - 1], at)) this.shape = { ...shape, points: [...points, at] }

      return
    }
    this.shape = { ...shape, points: [points[0], at] }
    this.close()
  }
}

export const hand = new Hand()
