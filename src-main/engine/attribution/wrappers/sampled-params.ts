import * as v from 'valibot'
import { fileParam, numberParam, openIntegerParam } from '@engine/attribution/param'

/** Copies drawn when neither `sg.samples` nor a draws file says otherwise. */
export const defaultSamples = 25

/** Parameters of every wrapper that averages over noisy copies of the input; they share the prefix `sg`. */
export const sampledParams = v.object({
  samples: openIntegerParam(
    {
      title: 'Copies',
      description: `Noisy copies of the input; ${defaultSamples} when not given, or all rows of the noise file.`
    },
    { min: 1, max: 10_000 }
  ),
  sigma: numberParam(
    {
      title: 'Noise',
      description: 'Standard deviation of the noise as a share of the input’s value range (max − min).'
    },
    { default: 0.15, min: 0, max: 10 }
  ),
  noise: fileParam({
    title: 'Noise file',
    description:
      'NPY file of draws to replay, one row per copy, added to the input as they are; drawn from the seed when not given.'
  })
})
export type SampledParams = v.InferOutput<typeof sampledParams>
