import { nthSmallest } from '@engine/tensor/nth-smallest'

export interface PathSettings {
  readonly steps: number
  /** Share of the features that move at a time, those with the least gradient. */
  readonly fraction: number
  /** How far a feature may be from the straight path, as a share of its way. */
  readonly maxDistance: number
}

/** Distances this close, relative and absolute, count as reached (PAIR). */
const tolerance = 1e-9

/**
 * The adaptive path of guided integrated gradients, in double precision. After step t the L1 distance to the image is that of the
 * straight path; which features have moved is chosen by the gradient, within a band around the straight path.
 * Source: Kapishnikov et al., CVPR 2021, algorithm 1; details as in PAIR saliency.
 */
export class GuidedPath {
  readonly position: Float64Array
  readonly attribution: Float64Array
  private readonly whole: number

  constructor(
    private readonly target: Float32Array,
    private readonly origin: Float32Array,
    private readonly settings: PathSettings
  ) {
    this.position = Float64Array.from(origin)
    this.attribution = new Float64Array(target.length)
    this.whole = this.distanceLeft()
  }

  /** Moves on by step `step` (from 0), given the gradient at the present position, and adds gradient · movement. */
  advance(step: number, gradient: Float32Array): void {
    if (this.whole === 0) return
    const { steps, maxDistance } = this.settings
    const alpha = (step + 1) / steps
    const behind = Math.max(alpha - maxDistance, 0)
    const ahead = Math.min(alpha + maxDistance, 1)
    const goal = this.whole * (1 - alpha)
    const limit = Float64Array.from(this.target, (_, index) => this.between(index, ahead))
    const before = this.position.slice()
    this.catchUp(behind)
    let magnitudes: Float64Array = Float64Array.from(gradient, Math.abs)
    for (;;) {
      const left = this.distanceLeft()
      if (Math.abs(left - goal) <= Math.max(tolerance * Math.max(left, goal), tolerance)) break
      const chosen = this.leastGradient(magnitudes, limit)
      if (chosen === null) break
      magnitudes = chosen.magnitudes
      const gain = chosen.features.reduce((sum, index) => sum + Math.abs(this.position[index] - limit[index]), 0)
      const share = gain > 0 ? (left - goal) / gain : Infinity
      for (const index of chosen.features) {
        this.position[index] =
          share > 1 ? limit[index] : this.position[index] + (limit[index] - this.position[index]) * share
      }
      if (share <= 1) break
    }
    for (let index = 0; index < before.length; index++) {
      this.attribution[index] += (this.position[index] - before[index]) * gradient[index]
    }
  }

  private between(index: number, alpha: number): number {
    return this.origin[index] + (this.target[index] - this.origin[index]) * alpha
  }

  /** Features that are further behind than allowed are brought to the edge of the band. */
  private catchUp(behind: number): void {
    const { target, origin, position } = this
    for (let index = 0; index < position.length; index++) {
      const way = target[index] - origin[index]
      if (way !== 0 && (position[index] - origin[index]) / way < behind) position[index] = this.between(index, behind)
    }
  }

  private distanceLeft(): number {
    let sum = 0
    for (let index = 0; index < this.target.length; index++) sum += Math.abs(this.position[index] - this.target[index])
    return sum
  }

  /** The features with the least gradient that can still move; null when none can. Those at their limit stay out for the step. */
  private leastGradient(
    magnitudes: Float64Array,
    limit: Float64Array
  ): { readonly features: number[]; readonly magnitudes: Float64Array } | null {
    const open = magnitudes.map((value, index) => (this.position[index] === limit[index] ? Infinity : value))
    const threshold = nthSmallest(open, Math.floor(this.settings.fraction * (open.length - 1)))
    const features: number[] = []
    for (let index = 0; index < open.length; index++) {
      if (open[index] <= threshold && open[index] !== Infinity) features.push(index)
    }
    return features.length === 0 ? null : { features, magnitudes: open }
  }
}
