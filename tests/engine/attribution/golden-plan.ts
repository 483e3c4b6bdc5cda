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
    readonly tensors: { readonly cam: { readonly tensor: string }; readonly logits: { readonly tensor: string } }
  }[]
  readonly methods: Readonly<Record<string, GoldenMethod>>
}

export interface GoldenMethod {
  readonly file: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly tolerance: { readonly max_abs_over_max: number; readonly pearson_min: number | null }
  readonly peer_float32_vs_float64: { readonly pearson: number }
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

type Plan = (method: GoldenMethod, folder: string) => GoldenRecipe

const withNoise =
  (expression: string, params: GivenParams = {}): Plan =>
  (_method, folder) =>
    plain(expression, { ...params, 'sg.noise': join(folder, 'sg_noise.npy') })
const always =
  (recipe: GoldenRecipe): Plan =>
  () =>
    recipe
const guidedGradcam = (upsampling: string): Plan =>
  always(plain('guided-gradcam', { 'guided-gradcam.upsampling': upsampling }))

/** PAIR stores XRAI's map without batch and channel axis. */
const plane = ({ map: { data, shape } }: Attribution): Tensor => ({ data, shape: shape.slice(2) })
const regionRecipe: Plan = ({ params }, folder) => ({
  ...plain('gradient+region', {
    'region.attribution': join(folder, 'xrai_base.npy'),
    'region.segments': join(folder, 'xrai_segments.npy'),
    'region.algorithm': String(params?.algorithm)
  }),
  pick: plane
})

/** The stored names of the golden README in the words of the method expressions. */
const plans: Readonly<Record<string, Plan>> = {
  gradient: always(plain('gradient')),
  gradient_prob: always({ ...plain('gradient'), of: 'output' }),
  input_x_gradient: always(plain('input-x-gradient')),
  smoothgrad: withNoise('gradient+sg'),
  smoothgrad_sq: withNoise('gradient+sg2'),
  vargrad: withNoise('gradient+var'),
  pair_ig_black: always(
    plain('integrated-gradients', { 'integrated-gradients.steps': 32, 'integrated-gradients.rule': 'pair' })
  ),
  smooth_ig_black: withNoise('integrated-gradients+sg', { 'sg.samples': 4, 'integrated-gradients.steps': 16 }),
  guided_backprop: always(plain('guided-backprop')),
  deconvnet: always(plain('deconvolution')),
  gradcam_raw: always({ ...plain('gradcam'), pick: layer }),
  gradcam_relu: always({ ...plain('gradcam'), pick: positiveLayer }),
  gradcam_up: always(plain('gradcam')),
  guided_gradcam_nearest: guidedGradcam('nearest'),
  guided_gradcam_linear: guidedGradcam('linear'),
  expected_gradients: (_method, folder) =>
    plain('expected-gradients', {
      'expected-gradients.baselines': join(folder, 'eg_baselines.npy'),
      'expected-gradients.alphas': join(folder, 'eg_alphas.npy')
    }),
  blur_ig: ({ params }) =>
    plain('blur-ig', {
      'blur-ig.steps': Number(params?.steps),
      'blur-ig.max-sigma': Number(params?.max_sigma),
      'blur-ig.gradient-step': Number(params?.grad_step)
    }),
  guided_ig_black: ({ params }) =>
    plain('guided-ig', {
      'guided-ig.steps': Number(params?.x_steps),
      'guided-ig.fraction': Number(params?.fraction),
      'guided-ig.max-dist': Number(params?.max_dist)
    }),
  xrai_full: regionRecipe,
  xrai_fast: regionRecipe,
  occlusion: ({ params }) =>
    plain('occlusion', {
      'occlusion.window': String(params?.window),
      'occlusion.stride': String(params?.strides),
      'occlusion.baseline': Number(params?.baseline)
    })
}

/** How a stored result is made here; null for methods of later batches. */
export function goldenRecipe(stored: string, method: GoldenMethod, folder: string): GoldenRecipe | null {
  if (/^ig_(black|white|blackwhite)_(gl|rt)$/.test(stored)) return pathRecipe(stored)
  return plans[stored]?.(method, folder) ?? null
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
