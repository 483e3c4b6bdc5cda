import { mouse } from '../../state/mouse.svelte'
import { dragPlace, wheelPlace } from '../../state/mouse-table'
import type { Point } from '../../viewport/placement'

/** What the pointer asks for; the cell answers. Points are CSS pixels from the top left of the cell. */
export interface GestureTarget {
  window(by: Point): void
  zoom(factor: number, at: Point): void
  pan(by: Point): void
  scroll(by: number): void
  opacity(by: number): void
  hover(at: Point | null): void
  press(): void
  enlarge(): void
  /** The tool at hand, from press to release; false: there is none, and the drag changes level and width. */
  tool?(at: Point, phase: 'down' | 'move' | 'up'): boolean
  /** True when the wheel turns slices; otherwise it zooms. */
  readonly scrolls: boolean
}

/** Pixels of dragging per slice. */
const PIXELS_PER_SLICE = 6
/** Pixels of dragging per hundredth of opacity. */
const PIXELS_PER_PERCENT = 2
/** A wheel sends at least this much a notch, a touchpad many smaller turns. */
const NOTCH = 40

/** Adds up parts of steps and gives the whole ones. */
class Steps {
  #rest = 0

  add(part: number): number {
    this.#rest += part
    const whole = Math.trunc(this.#rest)
    this.#rest -= whole

    return whole
  }
}

/** Mouse, pen and touchpad on a cell, as the user's table says (Settings, Mouse). */
class Gestures {
  #last: Point | null = null
  #start: Point = { x: 0, y: 0 }
  /** The tool took the press: moves and the release belong to it. */
  #tooling = false
  readonly #dragged = new Steps()
  readonly #turned = new Steps()
  readonly #faded = new Steps()

  constructor(
    private readonly element: HTMLElement,
    private readonly target: GestureTarget
  ) {}

  readonly down = (event: PointerEvent): void => {
    this.#start = this.#last = this.#local(event)
    this.element.setPointerCapture(event.pointerId)
    this.target.press()
    const place = dragPlace(event)
    this.#tooling = place !== null && mouse.table[place] === 'tool' && this.target.tool?.(this.#start, 'down') === true
  }

  readonly move = (event: PointerEvent): void => {
    const at = this.#local(event)
    if (this.#tooling && event.buttons !== 0) this.target.tool?.(at, 'move')
    else if (this.#last !== null && event.buttons !== 0)
      this.#drag(event, { x: at.x - this.#last.x, y: at.y - this.#last.y })
    this.#last = at
    this.target.hover(at)
  }

  readonly up = (event: PointerEvent): void => {
    if (this.element.hasPointerCapture(event.pointerId)) this.element.releasePointerCapture(event.pointerId)
    if (this.#tooling) this.target.tool?.(this.#local(event), 'up')
    this.#tooling = false
  }

  readonly wheel = (event: WheelEvent): void => {
    event.preventDefault()
    const turn = event.deltaY === 0 ? event.deltaX : event.deltaY
    const action = mouse.table[wheelPlace(event)]
    if (action === 'opacity') return this.target.opacity(turn > 0 ? -0.05 : 0.05)
    // A single image has nothing to scroll through.
    if (action === 'zoom' || (action === 'scroll' && !this.target.scrolls)) {
      return this.target.zoom(Math.exp(-turn / 600), this.#local(event))
    }
    if (action !== 'scroll') return

    const slices = this.#turned.add(Math.abs(turn) >= NOTCH ? Math.sign(turn) : turn / NOTCH)
    if (slices !== 0) this.target.scroll(slices)
  }

  /** The page may be zoomed (text size): the cell counts its own pixels. */
  #local(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect()
    const scale = box.width === 0 ? 1 : this.element.clientWidth / box.width

    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale }
  }

  #drag(event: PointerEvent, by: Point): void {
    const place = dragPlace(event)
    const speed = mouse.sensitivity
    switch (place === null ? 'none' : mouse.table[place]) {
      case 'scroll': {
        const slices = this.#dragged.add((speed * by.y) / PIXELS_PER_SLICE)
        if (slices !== 0) this.target.scroll(slices)
        break
      }
      case 'pan':
        this.target.pan(by)
        break
      case 'zoom':
        this.target.zoom(Math.exp((-speed * by.y) / 150), this.#start)
        break
      case 'opacity': {
        const percent = this.#faded.add((-speed * by.y) / PIXELS_PER_PERCENT)
        if (percent !== 0) this.target.opacity(percent / 100)
        break
      }
      case 'tool':
      case 'window':
        this.target.window({ x: speed * by.x, y: speed * (mouse.upIsBrighter ? -by.y : by.y) })
        break
      case 'none':
    }
  }
}

/** Follows the pointer on an element; returns the function that stops it. */
export function followPointer(element: HTMLElement, target: GestureTarget): () => void {
  const { down, move, up, wheel } = new Gestures(element, target)
  const stop = new AbortController()
  const options = { signal: stop.signal }

  element.addEventListener('pointerdown', down, options)
  element.addEventListener('pointermove', move, options)
  element.addEventListener('pointerup', up, options)
  element.addEventListener('pointercancel', up, options)
  element.addEventListener('pointerleave', () => target.hover(null), options)
  element.addEventListener('wheel', wheel, { ...options, passive: false })
  element.addEventListener('dblclick', () => target.enlarge(), options)
  element.addEventListener('contextmenu', (event) => event.preventDefault(), options)

  return () => stop.abort()
}
