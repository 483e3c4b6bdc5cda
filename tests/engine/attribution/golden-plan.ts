import { join } from 'node:path'
import type { Explained } from '@engine/attribution/explainable'
import type { Attribution } from '@engine/attribution/method'
import type { GivenParams } from '@engine/attribution/parameters'
import type { Tensor } from '@engine/tensor/tensor'

/** What `case.json` says, as far as these tests read it. */
export interface GoldenCase {
  readonly id: string
  readonly target: number
  readonly n_outputs: number
  readonly input: { readonly file: string; readonly black: readonly number[]; readonly white: readonly number[] }
  readonly models: readonly {
    readonly file: string
    readonly tensors: { readonly cam: { readonly tensor: string } }
  }[]
  readonly methods: Readonly<Record<string, GoldenMethod>>
}

export interface GoldenMethod {
  readonly file: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly tolerance: { readonly max_abs_over_max: number; readonly pearson_min: number }
}

/** How a stored result is made here. */
export interface GoldenRecipe {
  readonly expression: string
  readonly params: GivenParams
  readonly of: Explained
  readonly pick: (attribution: Attribution) => Tensor | undefined
}

const map = (attribution: Attribution): Tensor => attribution.map
const layer = (attribution: Attribution): Tensor | undefined => attribution.layer
const positiveLayer = ({ layer: cells }: Attribution): Tensor | undefined =>
  cells && { data: cells.data.map((value) => Math.max(0, value)), shape: cells.shape }

const plain = (expression: string, params: GivenParams = {}): GoldenRecipe => ({
  expression,
  params,
  of: 'logit',
  pick: map
})

/** Integrated gradients by `ig_{black|white|blackwhite}_{gl|rt}`. */
function pathRecipe(stored: string): GoldenRecipe {
  const [, baseline, rule] = stored.split('_')
  return plain('integrated-gradients', {
    'integrated-gradients.steps': 32,
    'integrated-gradients.baseline': baseline === 'blackwhite' ? 'black-white' : baseline,
    'integrated-gradients.rule': rule === 'gl' ? 'gauss-legendre' : 'riemann-trapezoid-captum'
  })
}

/** The stored names of the golden README in the words of the method expressions; null for methods of later batches. */
export function goldenRecipe(stored: string, method: GoldenMethod, folder: string): GoldenRecipe | null {
  const noise = { 'sg.noise': join(folder, 'sg_noise.npy') }
  if (/^ig_(black|white|blackwhite)_(gl|rt)$/.test(stored)) return pathRecipe(stored)
  switch (stored) {
    case 'gradient':
      return plain('gradient')
    case 'gradient_prob':
      return { ...plain('gradient'), of: 'output' }
    case 'input_x_gradient':
      return plain('input-x-gradient')
    case 'smoothgrad':
      return plain('gradient+sg', noise)
    case 'smoothgrad_sq':
      return plain('gradient+sg2', noise)
    case 'vargrad':
      return plain('gradient+var', noise)
    case 'pair_ig_black':
      return plain('integrated-gradients', { 'integrated-gradients.steps': 32, 'integrated-gradients.rule': 'pair' })
    case 'smooth_ig_black':
      return plain('integrated-gradients+sg', { ...noise, 'sg.samples': 4, 'integrated-gradients.steps': 16 })
    case 'guided_backprop':
      return plain('guided-backprop')
    case 'deconvnet':
      return plain('deconvolution')
    case 'gradcam_raw':
      return { ...plain('gradcam'), pick: layer }
    case 'gradcam_relu':
      return { ...plain('gradcam'), pick: positiveLayer }
    case 'gradcam_up':
      return plain('gradcam')
    case 'guided_gradcam_nearest':
    case 'guided_gradcam_linear':
      return plain('guided-gradcam', { 'guided-gradcam.upsampling': stored.split('_')[2] })
    case 'occlusion':
      return plain('occlusion', {
        'occlusion.window': String(method.params?.window),
        'occlusion.stride': String(method.params?.strides),
        'occlusion.baseline': Number(method.params?.baseline)
      })
    default:
      return null
  }
}

export interface Agreement {
  readonly relative: number
  /** null when one of the two is constant. */
  readonly pearson: number | null
}

/** max|found − reference| ÷ max|reference|, and the correlation. */
export function agreement(found: Float32Array, reference: Float32Array): Agreement {
  const count = reference.length
  const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / count
  const [meanFound, meanReference] = [mean(found), mean(reference)]
  let [worst, largest, both, ofFound, ofReference] = [0, 0, 0, 0, 0]
  for (let index = 0; index < count; index++) {
    worst = Math.max(worst, Math.abs(found[index] - reference[index]))
    largest = Math.max(largest, Math.abs(reference[index]))
    both += (found[index] - meanFound) * (reference[index] - meanReference)
    ofFound += (found[index] - meanFound) ** 2
    ofReference += (reference[index] - meanReference) ** 2
  }
  const constant = ofFound === 0 || ofReference === 0
  return {
    relative: largest === 0 ? worst : worst / largest,
    pearson: constant ? null : both / Math.sqrt(ofFound * ofReference)
  }
}
