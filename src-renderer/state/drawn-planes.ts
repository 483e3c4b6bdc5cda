import type { DrawnGrid } from '@shared/drawing/patch'
import { SegmentPlanes } from '@shared/drawing/segment-planes'

/** Pixels of the segments of one drawing. */
export class DrawnPlanes {
  readonly #planes = new Map<string, SegmentPlanes>()

  /** Of one segment; empty for one nothing was drawn with. */
  of(segment: string, grid: Pick<DrawnGrid, 'columns' | 'rows'> | null): SegmentPlanes {
    const made = this.#planes.get(segment) ?? new SegmentPlanes(grid?.columns ?? 0, grid?.rows ?? 0)
    this.#planes.set(segment, made)

    return made
  }

  voxelsOf(segment: string): number {
    return this.#planes.get(segment)?.voxels ?? 0
  }

  clear(): void {
    this.#planes.clear()
  }
}
