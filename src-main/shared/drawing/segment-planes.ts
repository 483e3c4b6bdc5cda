import type { Extent } from './area-shapes'
import type { Patch } from './patch'
import type { Runs } from './runs'

/** One slice of a segment. */
interface Plane {
  readonly bits: Uint8Array
  count: number
  /** Holds every marked pixel; null when nothing is marked. */
  bounds: Extent | null
  /** True after something was taken away: the box may be too large. */
  loose: boolean
  /** Counts the changes. */
  version: number
}

/** The labelmap of one segment, slice by slice; slices where nothing was ever drawn take no room. */
export class SegmentPlanes {
  readonly #planes = new Map<number, Plane>()

  constructor(
    readonly columns: number,
    readonly rows: number
  ) {}

  /** Slices with something on them, in order. */
  get touched(): number[] {
    return [...this.#planes]
      .filter(([, { count }]) => count > 0)
      .map(([slice]) => slice)
      .sort((a, b) => a - b)
  }

  /** Marked voxels in all. */
  get voxels(): number {
    let sum = 0
    for (const { count } of this.#planes.values()) sum += count
    return sum
  }

  count(slice: number): number {
    return this.#planes.get(slice)?.count ?? 0
  }

  /** Another number after every change of a slice: what was made from its pixels is made anew. */
  version(slice: number): number {
    return this.#planes.get(slice)?.version ?? 0
  }

  has(slice: number, index: number): boolean {
    return this.#planes.get(slice)?.bits[index] === 1
  }

  /** 0 or 1 a pixel; null where nothing is drawn. Not to be changed. */
  bits(slice: number): Uint8Array | null {
    const plane = this.#planes.get(slice)
    return plane === undefined || plane.count === 0 ? null : plane.bits
  }

  /** The smallest box that holds the marked pixels, far edges exclusive. */
  bounds(slice: number): Extent | null {
    const plane = this.#planes.get(slice)
    if (plane === undefined || plane.count === 0 || plane.bounds === null) return null
    if (plane.loose) {
      plane.bounds = this.#tightened(plane.bits, plane.bounds)
      plane.loose = false
    }
    return plane.bounds
  }

  /** Marks the pixels of a patch, or takes them away; returns the numbers of those that changed, in order. */
  put(slice: number, patch: Patch, mark: boolean): number[] {
    const changed: number[] = []
    const to = mark ? 1 : 0
    const bits = this.#planes.get(slice)?.bits
    if (bits === undefined && !mark) return changed
    for (let row = 0; row < patch.height; row++) {
      for (let column = 0; column < patch.width; column++) {
        if (patch.bits[row * patch.width + column] === 0) continue
        const index = (patch.y + row) * this.columns + patch.x + column
        if ((bits?.[index] ?? 0) !== to) changed.push(index)
      }
    }
    if (changed.length > 0) this.#turn(slice, runsOfIndices(changed))
    return changed
  }

  /** Turns every pixel of the runs over: what was marked is not, what was not is. */
  toggle(slice: number, runs: Runs): void {
    if (runs.length > 0) this.#turn(slice, runs)
  }

  #turn(slice: number, runs: Runs): void {
    const plane = this.#plane(slice)
    plane.version++
    let { x0, y0, x1, y1 } = plane.bounds ?? { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity }
    let index = 0
    for (let at = 0; at < runs.length; at += 2) {
      index += runs[at]
      for (const end = index + runs[at + 1]; index < end; index++) {
        const now = plane.bits[index] === 0 ? 1 : 0
        plane.bits[index] = now
        plane.count += now === 1 ? 1 : -1
        if (now === 0) {
          plane.loose = true
          continue
        }
        const [column, row] = [index % this.columns, Math.floor(index / this.columns)]
        if (column < x0) x0 = column
        if (row < y0) y0 = row
        if (column >= x1) x1 = column + 1
        if (row >= y1) y1 = row + 1
      }
    }
    plane.bounds = plane.count === 0 ? null : { x0, y0, x1, y1 }
    if (plane.count === 0) plane.loose = false
  }

  #plane(slice: number): Plane {
    const known = this.#planes.get(slice)
    if (known !== undefined) return known
    const made: Plane = {
      bits: new Uint8Array(this.columns * this.rows),
      count: 0,
      bounds: null,
      loose: false,
      version: 0
    }
    this.#planes.set(slice, made)
    return made
  }

  #tightened(bits: Uint8Array, from: Extent): Extent | null {
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let row = from.y0; row < from.y1; row++) {
      for (let column = from.x0; column < from.x1; column++) {
        if (bits[row * this.columns + column] === 0) continue
        if (column < x0) x0 = column
        if (column >= x1) x1 = column + 1
        if (row < y0) y0 = row
        if (row >= y1) y1 = row + 1
      }
    }
    return x1 < 0 ? null : { x0, y0, x1, y1 }
  }
}

/** Pixels by their numbers, in rising order, as runs. Work: one step for every pixel given, whatever the size of the slice. */
export function runsOfIndices(indices: readonly number[]): Runs {
  const runs: number[] = []
  let end = 0
  indices.forEach((index, at) => {
    if (at > 0 && index === end) runs[runs.length - 1]++
    else runs.push(index - end, 1)
    end = index + 1
  })
  return Uint32Array.from(runs)
}
