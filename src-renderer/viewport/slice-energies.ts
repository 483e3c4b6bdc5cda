const BINS = 512

/** Sizes that are shown: above the threshold, up to the upper limit. */
interface ShownSizes {
  readonly threshold: number
  readonly upper?: number
}

/**
 * What every slice of a map adds up to above each of many sizes, 0…1. Made once per map, so that a limit that is dragged
 * asks nothing of the voxels: of 512 × 512 × 300 a frame took a third of a second when it did.
 */
export class SliceEnergies {
  /** `BINS + 1` numbers a slice: the sum of the sizes in bin b or above. */
  readonly #above: Float64Array

  constructor(readonly slices: number) {
    this.#above = new Float64Array(slices * (BINS + 1))
  }

  /** Adds the values of one slice, once for each slice. */
  add(slice: number, values: Float32Array): void {
    const sums = this.#above.subarray(slice * (BINS + 1), (slice + 1) * (BINS + 1))
    for (let index = 0; index < values.length; index++) {
      const size = Math.abs(values[index])
      // A place without a value adds nothing.
      if (size > 0) sums[Math.min(BINS - 1, Math.floor(size * BINS))] += size
    }
    for (let bin = BINS - 1; bin >= 0; bin--) sums[bin] += sums[bin + 1]
  }

  /** Sum of the sizes in each slice; of those that are shown, to 1/512 of the scale, where a band is given. */
  within({ threshold, upper = Infinity }: ShownSizes = { threshold: 0 }): Float64Array {
    return Float64Array.from({ length: this.slices }, (_, slice) =>
      Math.max(0, this.#over(slice, threshold) - this.#over(slice, upper))
    )
  }

  /** Sum of the sizes above this one; inside a bin, as if they were spread evenly. */
  #over(slice: number, size: number): number {
    if (size >= 1) return 0
    const at = Math.max(0, size) * BINS
    const bin = Math.floor(at)
    const first = slice * (BINS + 1) + bin
    const [here, next] = [this.#above[first], this.#above[first + 1]]

    return next + (here - next) * (1 - (at - bin))
  }
}
