/** z_ij of one connection, from x_i, w_ij, the output z_j and the input's channel; and the bias's share. */
export interface Share {
  of(x: number, weight: number, output: number, channel: number): number
  bias(bias: number, output: number): number
  /** What the share is multiplied by: β is negative. */
  readonly factor: number
}

export interface TwinPlan {
  readonly first?: readonly Share[]
  readonly convolution: readonly Share[]
  readonly dense: readonly Share[]
  /** Stabiliser of dense layers and, for the plain ε rule, of convolutions; every other one is 1e-6. */
  readonly epsilon: { readonly convolution: number; readonly dense: number }
}

const positive = (value: number): number => Math.max(0, value)
const negative = (value: number): number => Math.min(0, value)
const plain: Share = { of: (x, w) => x * w, bias: (b) => b, factor: 1 }
const onlyPositive: Share = { of: (x, w) => positive(x * w), bias: positive, factor: 1 }
const equal: Share = { of: () => 1, bias: () => 0, factor: 1 }
const gamma = (g: number): Share => {
  const boosted = (value: number, output: number): number =>
    output === 0 ? 0 : value + g * (output > 0 ? positive(value) : negative(value))
  return { of: (x, w, output) => boosted(x * w, output), bias: boosted, factor: 1 }
}
const box = (low: readonly number[], high: readonly number[]): Share => ({
  of: (x, w, _, channel) => x * w - low[channel] * positive(w) - high[channel] * negative(w),
  bias: () => 0,
  factor: 1
})
const alpha2Beta1: readonly Share[] = [
  { ...onlyPositive, factor: 2 },
  { of: (x, w) => negative(x * w), bias: negative, factor: -1 }
]

/** The plan of a composite by the name it has in the golden set. */
export function twinPlan(stored: string, black: readonly number[], white: readonly number[]): TwinPlan {
  const small = { convolution: 1e-6, dense: 1e-6 }
  const stated = /^lrp_epsilon_([\d.e-]+)$/.exec(stored)?.[1]
  if (stated !== undefined) {
    const epsilon = { convolution: Number(stated), dense: Number(stated) }
    return { convolution: [plain], dense: [plain], epsilon }
  }
  const first = stored.endsWith('_flat') ? { first: [equal] } : {}
  if (stored.startsWith('lrp_epsilon_plus')) {
    return { ...first, convolution: [onlyPositive], dense: [plain], epsilon: small }
  }
  if (stored.startsWith('lrp_epsilon_alpha2_beta1')) {
    return { ...first, convolution: alpha2Beta1, dense: [plain], epsilon: small }
  }
  return { first: [box(black, white)], convolution: [gamma(0.25)], dense: [plain], epsilon: small }
}
