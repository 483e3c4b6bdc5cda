import { longestAxis } from '@shared/drawing/longest-axis'
import { drawing } from './drawing.svelte'

/** Sizes of a segment in words, as far as the image has a scale. */
export interface SizeWords {
  /** Area of a single image, volume of a stack; voxels without a scale. */
  readonly size: string
  readonly axis: string | null
  readonly slices: number
}

const figure = (value: number): string => (value < 0.1 ? value.toPrecision(2) : value.toFixed(value < 10 ? 2 : 1))

/** Live sizes of what is drawn; a slice is measured anew only when its pixels changed. */
class Measures {
  readonly #axes = new Map<string, { version: number; length: number }>()

  /** Size on one slice; null where nothing is drawn. */
  onSlice(segment: string, slice: number): string | null {
    void drawing.revision
    const count = drawing.planes(segment).count(slice)

    return count === 0 ? null : this.#area(count)
  }

  /** null for an empty segment. */
  of(segment: string): SizeWords | null {
    void drawing.revision
    const [planes, grid] = [drawing.planes(segment), drawing.grid]
    const { voxels, touched } = planes
    if (voxels === 0 || grid === null) return null
    const { x, y, z } = grid.spacing
    const size =
      grid.slices === 1
        ? this.#area(voxels)
        : drawing.scaled
          ? `${figure((voxels * x * y * z) / 1000)} ml`
          : `${voxels} voxels`
    const longest = Math.max(...touched.map((slice) => this.#axis(segment, slice)))

    return {
      size,
      axis: longest > 0 ? `${longest.toFixed(1)} ${drawing.scaled ? 'mm' : 'px'}` : null,
      slices: touched.length
    }
  }

  #area(pixels: number): string {
    const { x, y } = drawing.grid?.spacing ?? { x: 1, y: 1 }

    return drawing.scaled ? `${figure((pixels * x * y) / 100)} cm²` : `${pixels} pixels`
  }

  #axis(segment: string, slice: number): number {
    const [planes, grid] = [drawing.planes(segment), drawing.grid]
    const key = `${drawing.opened?.drawing} ${segment} ${slice}`
    const version = planes.version(slice)
    const known = this.#axes.get(key)
    if (known !== undefined && known.version === version) return known.length
    const [bits, bounds] = [planes.bits(slice), planes.bounds(slice)]
    const axis =
      bits === null || bounds === null || grid === null
        ? null
        : longestAxis({ bits, bounds, columns: grid.columns }, grid.spacing)
    const length = axis?.length ?? 0
    if (this.#axes.size > 5000) this.#axes.clear()
    this.#axes.set(key, { version, length })

    return length
  }
}

export const measures = new Measures()
