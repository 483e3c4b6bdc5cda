import { join } from 'node:path'
import type { Explained, LayerTokens } from '@engine/attribution/explainable'
import type { Attribution } from '@engine/attribution/method'
import { mapOnInput, positivePart, unitRange } from '@engine/attribution/methods/cam-scaling'
import type { GivenParams } from '@engine/attribution/parameters'
import type { Tensor } from '@engine/tensor/tensor'

/** What `case.json` says, as far as these tests read it. */
export interface GoldenCase {
  readonly id: string
  readonly target: number
  readonly n_outputs: number
  readonly input: { readonly file: string; readonly black: readonly number[]; readonly white: readonly number[] }
  readonly cam_layer: { readonly shape: readonly number[]; readonly reshape: string | null }
  readonly models: readonly {
    readonly file: string
    readonly tensors: { readonly cam: { readonly tensor: string }; readonly logits: { readonly tensor: string } }
  }[]
  readonly methods: Readonly<Record<string, GoldenMethod>>
}

export interface GoldenMethod {
  readonly file: string
  readonly shape: readonly number[]
  readonly params?: Readonly<Record<string, unknown>>
  readonly tolerance: { readonly max_abs_over_max: number; readonly pearson_min: number | null }
  readonly peer_float32_vs_float64: { readonly pearson: number | null }
}

/** How a stored result is made here. */
export interface GoldenRecipe {
  readonly expression: string
  readonly params: GivenParams
  readonly of: Explained
  /** What is compared; several where the peer's sign is arbitrary and one has to agree. */
  readonly pick: (attribution: Attribution) => Tensor | undefined | readonly Tensor[]
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

/** pytorch-grad-cam's names in the words of the method expressions. */
const camExpressions: Readonly<Record<string, string>> = {
  gradcam: 'gradcam',
  hirescam: 'hirescam',
  xgradcam: 'xgradcam',
  gradcampp: 'gradcam-plus-plus',
  layercam: 'layercam',
  elementwise: 'gradcam-elementwise',
  eigencam: 'eigencam',
  eigengradcam: 'eigengradcam',
  scorecam: 'scorecam',
  ablationcam: 'ablationcam'
}

const bothSigns = ({ layer: cells }: Attribution): Tensor[] =>
  cells === undefined
    ? []
    : [1, -1].map((sign) => ({ data: cells.data.map((value) => sign * value), shape: cells.shape }))

/** pytorch-grad-cam's maps: `pgc_X_raw` before, `pgc_X` after its scaling; those of a principal component up to sign. */
function pgcRecipe(stored: string, { shape }: GoldenMethod): GoldenRecipe | null {
  const [, name, raw] = /^pgc_([a-z]+?)(_raw)?$/.exec(stored) ?? []
  if (name === 'fullgrad') return { ...plain('fullgrad'), pick: (attribution) => unitRange(attribution.map) }
  const expression = camExpressions[name ?? '']
  if (expression === undefined) return null
  if (name.startsWith('eigen')) {
    const enlarged = (cells: Tensor): Tensor => mapOnInput([positivePart(cells)], shape.slice(1), 'pgc')
    const pick = (attribution: Attribution): Tensor[] =>
      bothSigns(attribution).map((cells) => (raw ? cells : enlarged(cells)))
    return { ...plain(expression, { [`${expression}.scaling`]: 'pgc' }), pick }
  }
  return { ...plain(expression, { [`${expression}.scaling`]: 'pgc' }), pick: raw ? layer : map }
}

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
  deeplift_zero: always(plain('deeplift', { 'deeplift.baseline': 0 })),
  deeplift_black: always(plain('deeplift')),
  occlusion: ({ params }) =>
    plain('occlusion', {
      'occlusion.window': String(params?.window),
      'occlusion.stride': String(params?.strides),
      'occlusion.baseline': Number(params?.baseline)
    })
}

/** Relevance by `lrp_{epsilon_E|composite}`: zennit's normalizations, beginning with one, pixels between black and white. */
function relevanceRecipe(stored: string): GoldenRecipe {
  const epsilon = /^lrp_epsilon_([\d.e-]+)$/.exec(stored)?.[1]
  const id = epsilon === undefined ? stored.replaceAll('_', '-') : 'lrp-epsilon'
  return plain(id, {
    [`${id}.epsilon`]: epsilon === undefined ? 1e-6 : Number(epsilon),
    [`${id}.batchnorm`]: 'pass',
    [`${id}.start`]: 'one'
  })
}

/** How a stored result is made here; null for one that nobody planned. */
export function goldenRecipe(stored: string, method: GoldenMethod, folder: string): GoldenRecipe | null {
  if (/^ig_(black|white|blackwhite)_(gl|rt)$/.test(stored)) return pathRecipe(stored)
  if (stored.startsWith('lrp_')) return relevanceRecipe(stored)
  if (stored.startsWith('pgc_')) return pgcRecipe(stored, method)
  return plans[stored]?.(method, folder) ?? null
}

/** How the case's layer lies on the image, in its own words: `drop token 0, N,64,48 -> N,48,8,8` or `N,H,W,C -> N,C,H,W`. */
export function goldenTokens({ shape, reshape }: GoldenCase['cam_layer']): LayerTokens | undefined {
  if (reshape === null) return undefined
  const grid = />\s*N,\d+,(\d+),(\d+)$/.exec(reshape)
  if (grid !== null)
    return { grid: [Number(grid[1]), Number(grid[2])], drop: reshape.startsWith('drop token 0') ? 1 : 0, axis: 0 }
  return { grid: shape.slice(1, 3), drop: 0, axis: 0 }
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
