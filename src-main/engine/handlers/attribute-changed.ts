import type { Unavailable } from '@engine/criteria/experiment-run'
import type { ResolvedTarget } from '@engine/attribution/target'
import type { Job } from '@engine/job'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { tensor, type Tensor } from '@engine/tensor/tensor'
import { computeMap, type MapOrder } from './compute-map'

/**
 * Attributions, signed and unreduced, of changed inputs of one image, in their order, all of one target: every input is all slices of the image
 * `[slices, C, H, W]`, or one volume `[1, C, D, H, W]`. Models of patches and boxes see overlapping parts, which cannot be changed one by one.
 * Throws what the method throws.
 */
export async function attributeChanged(
  order: MapOrder,
  inputs: readonly Tensor[],
  target: ResolvedTarget,
  job: Job
): Promise<readonly Float32Array[] | Unavailable> {
  const { prepared } = order
  if (prepared.part === 'patch' || prepared.part === 'box')
    return { unavailable: 'the model sees overlapping parts of the image, which cannot be changed one by one' }
  const { shared: _ofTheImageAsItIs, ...unshared } = order
  const found: Float32Array[] = []
  for (const input of inputs) {
    const { slices } = await computeMap({ ...unshared, prepared: withInput(prepared, input) }, target, job)
    const parts = slices.map(({ attribution }) => attribution.map.data)
    const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
    parts.reduce((at, part) => {
      joined.set(part, at)
      return at + part.length
    }, 0)
    found.push(joined)
  }
  return found
}

/** The image with other model inputs, one a row. */
function withInput(prepared: PreparedImage, { data, shape }: Tensor): PreparedImage {
  const length = data.length / shape[0]
  return {
    ...prepared,
    input(index) {
      const row = prepared.plan.indices.indexOf(index)
      return tensor(data.subarray(row * length, (row + 1) * length), [1, ...shape.slice(1)])
    }
  }
}
