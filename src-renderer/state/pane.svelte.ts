import { readIn, SUV_BY_WEIGHT } from '@shared/uptake'
import type { DisplayImage } from '@shared/vocabulary'
import { bounded, dragged, type GreyWindow } from '../viewport/grey-window'
import {
  drawsSquares,
  fittedCamera,
  pannedBy,
  truePixels,
  zoomedAt,
  type Camera,
  type CellSize,
  type ImageGrid,
  type Placement,
  type Point
} from '../viewport/placement'
import type { DrawnGrey } from '../viewport/stage'
import { unturnedPoint, unturnedVector, UPRIGHT, type Turn } from '../viewport/turn'
import { drawnSpacing } from '../viewport/drawn-spacing'
import { usualTurn } from './usual-turn'
import { habits, type OwnPreset } from './view-habits.svelte'

/** A voxel the pointer or the pinned probe is on. */
export interface Spot {
  readonly column: number
  readonly row: number
  readonly slice: number
}

/** One image as it is looked at: slice, window, zoom, turn, probe. Cells that repeat it share it. */
export class Pane {
  image = $state.raw<DisplayImage | null>(null)
  slice = $state(0)
  window = $state.raw<GreyWindow>({ center: 0.5, width: 1 })
  inverted = $state(false)
  camera = $state.raw<Camera>({ magnification: 1, x: 0, y: 0 })
  /** Of the image, such as CT. */
  modality = $state('')
  turn = $state.raw<Turn>(UPRIGHT)
  /** Of one cell, in CSS pixels, as the image sees it: turned by a quarter, width and height change places. */
  cell = $state.raw<CellSize>({ width: 0, height: 0 })
  pixelRatio = $state(1)
  /** What the grey image on the screen shows, and where it lies, as Cornerstone drew it; null before the first picture. */
  drawn = $state.raw<DrawnGrey | null>(null)
  /** The drawn grey image and its number, for the cells that repeat it. */
  frame = $state.raw<{ canvas: HTMLCanvasElement; number: number } | null>(null)
  hover = $state.raw<Spot | null>(null)
  pinned = $state.raw<Spot | null>(null)
  /** The cell the pointer is in. */
  hoverCell = $state<number | null>(null)
  typingWindow = $state(false)

  get grid(): ImageGrid | null {
    if (this.image === null) return null
    const spacing = drawnSpacing(this.image)

    return { columns: this.image.size[0], rows: this.image.size[1], spacingX: spacing.x, spacingY: spacing.y }
  }

  /** Above 400 % every voxel is the square it is, in the image and in the map. */
  get squares(): boolean {
    return this.grid !== null && drawsSquares(this.grid, this.camera, this.cell, this.pixelRatio)
  }

  get placement(): Placement | null {
    return this.drawn?.placement ?? null
  }

  /** The slice on the screen: what lies over the image follows it, not the one asked for since. */
  get drawnSlice(): number {
    return this.drawn?.slice ?? this.slice
  }

  get slices(): number {
    return this.image?.size[2] ?? 1
  }

  get range(): { min: number; max: number } {
    return { min: this.image?.min ?? 0, max: this.image?.max ?? 1 }
  }

  /** What the probe reads: the pinned voxel, else the one under the pointer. */
  get spot(): Spot | null {
    return this.pinned ?? this.hover
  }

  /** Starts over with an image: its own window, fitted, in the middle slice. False when it is there already. */
  take(image: DisplayImage, modality: string): boolean {
    if (this.image?.caseId === image.caseId) return false
    this.modality = modality
    this.image = image
    this.drawn = null
    this.slice = Math.floor(image.size[2] / 2)
    this.window = image.window
    this.inverted = image.photometric === 'MONOCHROME1'
    this.turn = this.standardTurn
    this.hover = null
    this.pinned = null
    this.fit()

    return true
  }

  /** How volumes are shown unless the reader turns them; a single picture stays as it was stored. */
  get standardTurn(): Turn {
    return this.image === null ? UPRIGHT : usualTurn(this.image.letters, this.slices)
  }

  close(): void {
    this.image = null
    this.drawn = null
    this.frame = null
  }

  goTo(slice: number): void {
    this.slice = Math.min(this.slices - 1, Math.max(0, Math.round(slice)))
    if (this.hover !== null) this.hover = { ...this.hover, slice: this.slice }
  }

  fit(): void {
    if (this.grid !== null) this.camera = fittedCamera(this.grid)
  }

  truePixels(): void {
    if (this.grid !== null) this.camera = truePixels(this.grid, this.camera, this.cell, this.pixelRatio)
  }

  /** Magnifies around a point of the screen's cell, by default its middle. */
  zoom(factor: number, at?: Point): void {
    const around = at ? this.inImage(at) : { x: this.cell.width / 2, y: this.cell.height / 2 }
    if (this.grid !== null) this.camera = zoomedAt(this.grid, this.camera, this.cell, { factor, at: around })
  }

  /** Moves the picture along with the pointer on the screen. */
  pan(by: Point): void {
    if (this.grid !== null) this.camera = pannedBy(this.grid, this.camera, this.cell, unturnedVector(this.turn, by))
  }

  /** A point of the screen's cell as the image sees it. */
  inImage(point: Point): Point {
    return unturnedPoint(this.turn, this.cell, point)
  }

  /** Moves level and width with the pointer. */
  dragWindow(by: Point): void {
    this.window = dragged(this.window, this.range, by)
  }

  setWindow(window: GreyWindow): void {
    this.window = bounded(window, this.range)
  }

  /** In which unit values are read off, and the factor to it from those of the image. */
  get readIn(): ReturnType<typeof readIn> {
    return this.image === null ? { factor: 1, unit: '' } : readIn(this.image)
  }

  /** What windows of the own are kept for: the modality; uptake and other values of PET are different numbers. */
  get windowsFor(): string {
    const { unit } = this.readIn

    return unit === SUV_BY_WEIGHT ? `${this.modality} ${unit}` : this.modality
  }

  /** Windows to choose from: those of the image, then the user's own for the modality; an own one goes before one of its name. */
  get presets(): readonly OwnPreset[] {
    const { factor } = this.readIn
    const own = habits
      .presetsOf(this.windowsFor)
      .map(({ name, center, width }) => ({ name, center: center / factor, width: width / factor }))
    const given = (this.image?.presets ?? []).filter(({ name }) => !own.some((one) => one.name === name))

    return [...given, ...own]
  }

  preset(number: number): void {
    const preset = this.presets[number - 1]
    if (preset !== undefined) this.window = { center: preset.center, width: preset.width }
  }
}
