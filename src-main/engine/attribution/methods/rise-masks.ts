import { upsample } from '@engine/attribution/upsample'
import { Fault } from '@engine/fault'
import { randomStream } from '@engine/tensor/random'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

/** Masks between 0 (hidden) and 1 (seen), handed out one after the other. */
export interface MaskSource {
  readonly count: number
  /** Expected share of what is seen. */
  readonly visible: number
  /** Fills `target` (one value per pixel) with the next mask. */
  draw(target: Float32Array): void
}

interface MaskPlan {
  readonly count: number
  readonly probability: number
  readonly grid: number
  readonly spatial: readonly number[]
}

/**
 * Random masks: a coarse grid of 0 and 1, enlarged by linear interpolation to one cell more than the image and cut out at a random
 * shift below one cell. Source: Petsiuk et al., BMVC 2018, section 3.2.
 */
export function randomMasks(seed: number, { count, probability, grid, spatial }: MaskPlan): MaskSource {
  const stream = randomStream(seed, 'rise')
  const cell = spatial.map((size) => Math.ceil(size / grid))
  const enlarged = cell.map((size) => (grid + 1) * size)
  const coarse = spatial.map(() => grid)
  return {
    count,
    visible: probability,
    draw: (target) => {
      const bits = Float32Array.from({ length: elementCount(coarse) }, () => (stream.uniform() < probability ? 1 : 0))
      const shift = cell.map((size) => stream.integer(size))
      const smooth = upsample({ data: bits, shape: [1, 1, ...coarse] }, enlarged, 'linear')
      cutOut(smooth.data, enlarged, shift, { target, spatial })
    }
  }
}

/** The masks of a file `[n, ...spatial]`; `count` asks for its first ones. Throws Fault `bad-parameter`. */
export function storedMasks(
  masks: Tensor,
  { spatial, count, probability }: { spatial: readonly number[]; count: number | undefined; probability: number }
): MaskSource {
  const rows = masks.data.length / elementCount(spatial)
  if (masks.shape.length !== spatial.length + 1 || masks.shape.slice(1).join() !== spatial.join()) {
    throw new Fault(
      'bad-parameter',
      `rise.draws has shape [${masks.shape.join(', ')}]; masks of this model's input are [n, ${spatial.join(', ')}].`,
      { subject: 'rise.draws' }
    )
  }
  if (count !== undefined && count > rows) {
    throw new Fault('bad-parameter', `rise.draws has ${rows} masks, but rise.masks asks for ${count}.`, {
      subject: 'rise.masks',
      hint: `Ask for at most ${rows}.`
    })
  }
  let drawn = 0
  return {
    count: count ?? rows,
    visible: probability,
    draw: (target) => {
      target.set(masks.data.subarray(drawn, drawn + target.length))
      drawn += target.length
    }
  }
}

/** Copies the box of the target's size that starts at `shift`. */
function cutOut(
  source: Float32Array,
  from: readonly number[],
  shift: readonly number[],
  { target, spatial }: { target: Float32Array; spatial: readonly number[] }
): void {
  for (let index = 0; index < target.length; index++) {
    let rest = index
    let offset = 0
    let stride = 1
    for (let axis = spatial.length - 1; axis >= 0; axis--) {
      offset += ((rest % spatial[axis]) + shift[axis]) * stride
      rest = Math.floor(rest / spatial[axis])
      stride *= from[axis]
    }
    target[index] = source[offset]
  }
}
