import type { Tensor } from '@engine/tensor/tensor'

/** Mean and mean of squares of a value over the copies. */
export interface Moments {
  readonly mean: number
  readonly square: number
}

/** How the copies become one value. */
export type Statistic = (moments: Moments) => number

/** Moments of maps that arrive in pieces; sums in double precision, because a variance is a small difference of two large sums. */
export class RunningMoments {
  count = 0
  private sum = new Float64Array(0)
  private squares = new Float64Array(0)
  private shape: readonly number[] = []

  get byteLength(): number {
    return this.sum.byteLength + this.squares.byteLength
  }

  /** Takes in the maps `[copies, ...]`. */
  add(maps: Tensor): void {
    const [copies] = maps.shape
    const size = maps.data.length / copies
    if (this.count === 0) {
      this.sum = new Float64Array(size)
      this.squares = new Float64Array(size)
      this.shape = [1, ...maps.shape.slice(1)]
    }
    for (let copy = 0; copy < copies; copy++) {
      const offset = copy * size
      for (let index = 0; index < size; index++) {
        const value = maps.data[offset + index]
        this.sum[index] += value
        this.squares[index] += value * value
      }
    }
    this.count += copies
  }

  /** One map `[1, ...]` of the copies so far. */
  reduce(statistic: Statistic): Tensor {
    const data = new Float32Array(this.sum.length)
    for (let index = 0; index < data.length; index++) {
      data[index] = statistic({ mean: this.sum[index] / this.count, square: this.squares[index] / this.count })
    }
    return { data, shape: this.shape }
  }
}
