import type { Point } from '../../viewport/placement'

/** What the drawing pointer asks for; points are CSS pixels from the top left of the cell. */
export interface DrawTarget {
  down(at: Point, erases: boolean): void
  move(at: Point): void
  up(at: Point): void
  /** What was begun is given up: a second finger came down. */
  cancel(): void
  pick(at: Point): void
  close(): void
  leave(): void
  pan(by: Point): void
  zoom(factor: number, at: Point): void
}

const LEFT = 0
const BARREL = 2
/** The eraser end of a pen. */
const ERASER_END = 5
/** A touch wider than this is a palm, in CSS pixels. */
const PALM = 60

/**
 * The pointer of a tool: the left button, a pen or one finger draws; the pen's barrel button and its eraser end take away; once
 * a pen was used touch no longer draws (palms lie on the screen); two fingers move and zoom, and never draw. With Ctrl a click
 * chooses the segment under it. Everything else is left to the gestures of the image.
 */
class DrawPointer {
  #drawing: number | null = null
  #penSeen = false
  readonly #fingers = new Map<number, Point>()

  constructor(
    private readonly element: HTMLElement,
    private readonly target: DrawTarget
  ) {}

  readonly down = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') return this.#touch(event)
    if (event.pointerType === 'pen') this.#penSeen = true
    const erases = event.pointerType === 'pen' && (event.button === BARREL || event.button === ERASER_END)
    if (event.button !== LEFT && !erases) return
    if (event.shiftKey && event.pointerType === 'mouse') return
    this.#claim(event)
    if (event.ctrlKey || event.metaKey) return this.target.pick(this.#local(event))
    this.#drawing = event.pointerId
    this.target.down(this.#local(event), erases)
  }

  readonly move = (event: PointerEvent): void => {
    if (event.pointerType === 'touch' && this.#fingers.size > 1) return this.#twoFingers(event)
    // A palm, a finger beside a pen, the finger that is left of two: none of them draws, and none changes the picture.
    if (event.pointerType === 'touch' && this.#drawing !== event.pointerId) return event.stopImmediatePropagation()
    if (this.#drawing === null) return this.target.move(this.#local(event))
    if (event.pointerId !== this.#drawing) return
    event.stopImmediatePropagation()
    // A fast pen sends more places than frames: none of them is lost.
    const places = event.getCoalescedEvents()
    for (const place of places.length > 0 ? places : [event]) this.target.move(this.#local(place))
  }

  readonly up = (event: PointerEvent): void => {
    this.#fingers.delete(event.pointerId)
    if (this.element.hasPointerCapture(event.pointerId)) this.element.releasePointerCapture(event.pointerId)
    if (event.pointerId !== this.#drawing) return
    event.stopImmediatePropagation()
    this.#drawing = null
    if (event.type === 'pointercancel') this.target.cancel()
    else this.target.up(this.#local(event))
  }

  #touch(event: PointerEvent): void {
    this.#claim(event)
    if (event.width > PALM || event.height > PALM) return
    this.#fingers.set(event.pointerId, this.#local(event))
    if (this.#fingers.size > 1) {
      if (this.#drawing !== null) this.target.cancel()
      this.#drawing = null

      return
    }
    if (this.#penSeen) return
    this.#drawing = event.pointerId
    this.target.down(this.#local(event), false)
  }

  #twoFingers(event: PointerEvent): void {
    event.stopImmediatePropagation()
    const before = [...this.#fingers.values()]
    if (!this.#fingers.has(event.pointerId)) return
    this.#fingers.set(event.pointerId, this.#local(event))
    const after = [...this.#fingers.values()]
    const middle = ([one, other]: Point[]): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 })
    const apart = ([one, other]: Point[]): number => Math.hypot(one.x - other.x, one.y - other.y)
    const [from, to] = [middle(before), middle(after)]
    this.target.pan({ x: to.x - from.x, y: to.y - from.y })
    if (apart(before) > 0) this.target.zoom(apart(after) / apart(before), to)
  }

  #claim(event: PointerEvent): void {
    event.stopImmediatePropagation()
    this.element.closest<HTMLElement>('[data-region=image]')?.focus({ preventScroll: true })
    this.element.setPointerCapture(event.pointerId)
  }

  /** The page may be zoomed (text size): the cell counts its own pixels. */
  #local(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect()
    const scale = box.width === 0 ? 1 : this.element.clientWidth / box.width

    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale }
  }
}

/** Lets the pointer draw on an element; returns the function that stops it. Register it before the gestures of the image. */
export function drawWithPointer(element: HTMLElement, target: DrawTarget): () => void {
  const { down, move, up } = new DrawPointer(element, target)
  const stop = new AbortController()
  const options = { signal: stop.signal }

  element.addEventListener('pointerdown', down, options)
  element.addEventListener('pointermove', move, options)
  element.addEventListener('pointerup', up, options)
  element.addEventListener('pointercancel', up, options)
  element.addEventListener('pointerleave', () => target.leave(), options)
  element.addEventListener(
    'dblclick',
    (event) => {
      event.stopImmediatePropagation()
      target.close()
    },
    options
  )

  return () => stop.abort()
}
