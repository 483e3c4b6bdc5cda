import { randomStream } from '@engine/tensor/random'

/** A function of one float tensor, and our gradient of it. */
export interface SlopeCheck {
  /** Changed in place and restored. */
  readonly values: Float32Array
  readonly gradient: ArrayLike<number>
  /** The function at the present values, and the sum of the sizes of its terms, which float32 noise grows with. */
  readonly evaluate: () => Promise<{ readonly value: number; readonly size: number }>
  /** How many elements are tried, drawn by a fixed seed. */
  readonly elements: number
}

export interface SlopeCheckResult {
  /** Largest distance of the gradient from the slope, in units of what is allowed. */
  readonly worst: number
  /** Elements at a kink, where the gradient has to lie between the slopes of the two sides. */
  readonly kinks: number
  /** Elements at a jump or an infinite slope, where there is no gradient to compare with. */
  readonly jumps: number
}

/** Share of the largest slope a gradient may be off. */
const relative = 2e-3
/** Noise of a float32 sum relative to its terms. */
const noise = 3e-7

/**
 * Compares a gradient with differences of a float32 function at some elements. Where the slopes to both sides disagree
 * there is a kink, and any value between the two is a gradient.
 */
export async function slopeCheck({ values, gradient, evaluate, elements }: SlopeCheck): Promise<SlopeCheckResult> {
  const random = randomStream(11, 'slopes', values.length)
  const places = Array.from({ length: Math.min(elements, values.length) }, (_, index) =>
    values.length <= elements ? index : random.integer(values.length)
  )
  const centre = await evaluate()
  const largest = Math.max(1e-3, ...Array.from(gradient, Math.abs).filter(Number.isFinite))
  const result = { worst: 0, kinks: 0, jumps: 0 }
  for (const place of places) {
    const step = 0.004 * Math.max(0.25, Math.abs(values[place]))
    const allowed = relative * largest + (noise * (centre.size + 1)) / step
    const sides = await bothSides({ values, place, step, evaluate, centre: centre.value })
    // The edge of where the function is defined.
    if (!Number.isFinite(sides.low + sides.high)) {
      result.jumps += 1
      continue
    }
    const { distance, isKink } = compare(gradient[place], sides, allowed)
    if (distance > allowed && (await growsNearer({ values, place, step, evaluate, centre: centre.value }, sides))) {
      result.jumps += 1
      continue
    }
    result.worst = Math.max(result.worst, distance / allowed)
    if (isKink) result.kinks += 1
  }
  return result
}

interface Sides {
  readonly low: number
  readonly high: number
}

function compare(found: number, { low, high }: Sides, allowed: number): { distance: number; isKink: boolean } {
  const middle = (low + high) / 2
  // A smooth function bends by the step times its curvature; a kink does not shrink with the step.
  const isKink = Math.abs(high - low) > 20 * allowed
  const [least, most] = isKink ? [Math.min(low, high), Math.max(low, high)] : [middle, middle]
  return { distance: Number.isFinite(found) ? Math.max(0, least - found, found - most) : Infinity, isKink }
}

/** At a jump, and where the slope is infinite, differences grow as the step shrinks. */
async function growsNearer(about: Parameters<typeof bothSides>[0], { low, high }: Sides): Promise<boolean> {
  const near = await bothSides({ ...about, step: about.step / 16 })
  const steepest = (sides: Sides): number => {
    const finite = [sides.low, sides.high].map(Math.abs).filter(Number.isFinite)
    return Math.max(0, ...finite)
  }
  return steepest(near) > 2.5 * steepest({ low, high })
}

async function bothSides({
  values,
  place,
  step,
  evaluate,
  centre
}: Pick<SlopeCheck, 'values' | 'evaluate'> & { place: number; step: number; centre: number }): Promise<Sides> {
  const at = values[place]
  values[place] = at + step
  const above = { moved: values[place] - at, ...(await evaluate()) }
  values[place] = at - step
  const below = { moved: values[place] - at, ...(await evaluate()) }
  values[place] = at
  return { low: (below.value - centre) / below.moved, high: (above.value - centre) / above.moved }
}
