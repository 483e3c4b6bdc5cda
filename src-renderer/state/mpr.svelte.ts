import { axisOf, lengthOf, mapped, type Vector } from '../viewport/affine'
import {
  acquiredPlanes,
  onPlane,
  planeNames,
  sliceThrough,
  straightPlanes,
  type CutPlane,
  type PlaneName
} from '../viewport/cut-planes'
import type { CellSize, Placement, Point } from '../viewport/placement'
import { viewer } from './viewer.svelte'

const NO_CELL: CellSize = { width: 0, height: 0 }
const MOST = 40
const LEAST = 0.2

/** Three cuts through the volume with one cursor. The acquired slice of the cursor is the slice of the viewer. */
class Mpr {
  /** Along the patient's axes; by default the cuts follow the axes of the acquisition. */
  straight = $state(false)
  focused = $state<PlaneName>('axial')
  /** The cut that fills the area; null: all three. */
  enlarged = $state<PlaneName | null>(null)
  /** 1 fits the largest cut; the same for all, so that lengths compare. */
  magnification = $state(1)
  /** The voxel in the middle of every cell; null: each cut in the middle of its own. */
  #centre = $state.raw<Vector | null>(null)
  /** The cursor as it was put, and the slice the viewer showed then: keys and the strip may have turned it since. */
  #place = $state.raw<Vector>([0, 0, 0])
  #slice = $state(0)
  #of: string | null = null
  cells = $state.raw<Readonly<Record<PlaneName, CellSize>>>({ axial: NO_CELL, coronal: NO_CELL, sagittal: NO_CELL })

  readonly planes: readonly CutPlane[] = $derived.by(() => {
    const image = viewer.image
    if (image === null || image.size[2] < 2) return []

    return this.straight ? straightPlanes(image) : acquiredPlanes(image)
  })

  /** Whether straightening changes anything: the acquired axes are turned against the patient's. */
  readonly turned: boolean = $derived.by(() => {
    const image = viewer.image
    if (image === null || !image.oriented) return false

    return [0, 1, 2].some((axis) => {
      const step = axisOf(image.affine, axis)

      return Math.max(...step.map(Math.abs)) < 0.9995 * lengthOf(step)
    })
  })

  get shown(): readonly PlaneName[] {
    return this.enlarged === null ? planeNames : [this.enlarged]
  }

  /** A cell has its size on the screen. */
  sized(name: PlaneName, size: CellSize): void {
    this.cells = { ...this.cells, [name]: size }
  }

  plane(name: PlaneName): CutPlane | null {
    return this.planes.find((one) => one.name === name) ?? null
  }

  /** The voxel of the cursor; straightened cuts know fractions, and places beside the volume. */
  get cursor(): Vector {
    const [i, j] = this.#place

    return this.#slice === viewer.slice ? this.#place : [i, j, viewer.slice]
  }

  get inside(): boolean {
    return this.#holds(this.cursor)
  }

  /** LPS millimetres of the cursor. */
  get world(): Vector {
    return viewer.image === null ? [0, 0, 0] : mapped(viewer.image.affine, this.cursor)
  }

  /** Starts over in the middle of another volume; called when an image opens. */
  follow(): void {
    const image = viewer.image
    if (image === null || this.#of === image.caseId) return
    this.#of = image.caseId
    const [columns, rows] = image.size
    this.#place = [Math.floor(columns / 2), Math.floor(rows / 2), viewer.slice]
    this.#slice = viewer.slice
    this.fit()
  }

  /** Puts the cursor onto a voxel. */
  goTo(voxel: Vector): void {
    viewer.goTo(voxel[2])
    this.#place = voxel
    this.#slice = viewer.slice
  }

  /** Puts the cursor onto the pixel under a point of a cut. */
  place(name: PlaneName, at: Point): void {
    const voxel = this.voxelAt(name, at)
    if (voxel !== null) this.goTo(voxel)
  }

  /** The voxel of the pixel under a point of a cell; null beside the cut. */
  voxelAt(name: PlaneName, at: Point): Vector | null {
    const plane = this.plane(name)
    const placement = this.placement(name)
    if (plane === null || placement === null) return null
    const column = Math.floor((at.x - placement.offsetX) / placement.scaleX)
    const row = Math.floor((at.y - placement.offsetY) / placement.scaleY)
    if (column < 0 || row < 0 || column >= plane.size[0] || row >= plane.size[1]) return null

    const voxel = mapped(plane.toVoxel, [column, row, sliceThrough(plane, this.cursor)])

    return this.#holds(voxel) ? voxel : null
  }

  /** Turns the slices of a cut; the cursor goes along. */
  scroll(name: PlaneName, by: number): void {
    const plane = this.plane(name)
    if (plane === null) return
    const slice = Math.min(plane.size[2] - 1, Math.max(0, sliceThrough(plane, this.cursor) + by))
    this.turnTo(name, slice)
  }

  turnTo(name: PlaneName, slice: number): void {
    const plane = this.plane(name)
    if (plane === null) return
    const [column, row] = onPlane(plane, this.cursor)
    this.goTo(mapped(plane.toVoxel, [column, row, Math.min(plane.size[2] - 1, Math.max(0, slice))]))
  }

  fit(): void {
    this.magnification = 1
    this.#centre = null
  }

  zoom(factor: number): void {
    this.magnification = Math.min(MOST, Math.max(LEAST, this.magnification * factor))
    this.#centre ??= this.cursor
  }

  pan(name: PlaneName, by: Point): void {
    const plane = this.plane(name)
    const placement = this.placement(name)
    if (plane === null || placement === null) return
    const [column, row, slice] = onPlane(plane, this.#centre ?? middleOf(plane))
    this.#centre = mapped(plane.toVoxel, [column - by.x / placement.scaleX, row - by.y / placement.scaleY, slice])
  }

  /** CSS pixels per millimetre, the same in all cuts. */
  get perMillimetre(): number {
    const fits = this.shown.flatMap((name) => {
      const plane = this.plane(name)
      const { width, height } = this.cells[name]
      if (plane === null || width <= 0 || height <= 0) return []

      return [Math.min(width / (plane.size[0] * plane.spacing[0]), height / (plane.size[1] * plane.spacing[1]))]
    })

    return fits.length === 0 ? 1 : Math.min(...fits) * this.magnification
  }

  /** Where a cut lies in its cell. */
  placement(name: PlaneName): Placement | null {
    const plane = this.plane(name)
    const { width, height } = this.cells[name]
    if (plane === null || width <= 0 || height <= 0) return null

    const [scaleX, scaleY] = [plane.spacing[0] * this.perMillimetre, plane.spacing[1] * this.perMillimetre]
    const [column, row] = onPlane(plane, this.#centre ?? middleOf(plane))

    return { scaleX, scaleY, offsetX: width / 2 - (column + 0.5) * scaleX, offsetY: height / 2 - (row + 0.5) * scaleY }
  }

  step(by: 1 | -1): void {
    const at = planeNames.indexOf(this.focused)
    this.focused = planeNames[(at + by + planeNames.length) % planeNames.length]
    if (this.enlarged !== null) this.enlarged = this.focused
  }

  #holds(voxel: Vector): boolean {
    const size = viewer.image?.size ?? [0, 0, 0]

    return voxel.every((place, axis) => place > -0.51 && place < size[axis] - 0.49)
  }

  enlarge(): void {
    this.enlarged = this.enlarged === null ? this.focused : null
    this.fit()
  }
}

/** The voxel in the middle of a cut. */
function middleOf(plane: CutPlane): Vector {
  const [columns, rows, slices] = plane.size

  return mapped(plane.toVoxel, [(columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2])
}

export const mpr = new Mpr()
