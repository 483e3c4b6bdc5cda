import type { CompositeRequest } from '@engine/compiler/composite-request'
import type { Job } from '@engine/job'
import type { Tensor } from '@engine/tensor/tensor'

/** What is explained: the logit (default) or the model's own output after its final sigmoid or softmax. */
export type Explained = 'logit' | 'output'

export interface LayerInfo {
  /** ONNX tensor name. */
  readonly tensor: string
  readonly title: string
  /** Without the batch axis: `[K, H, W]`. */
  readonly shape: readonly number[]
  /**
   * How a token tensor stands for an image: without the batch axis, `axis` counts the tokens, the first `drop` of them
   * (class and register tokens) show no place, the rest is the `grid` in row-major order. Absent for a tensor whose
   * axes behind the channels are the image's own.
   */
  readonly tokens?: LayerTokens
}

/** Where the places of a token tensor are: sizes of their grid, tokens in front of it, and their axis (no batch axis). */
export interface LayerTokens {
  readonly grid: readonly number[]
  readonly drop: number
  readonly axis: number
}

/** Values put in the place of a layer's own. */
export interface LayerReplacement {
  /** ONNX tensor name. */
  readonly layer: string
  /** `[M, ...layer shape]` in the layer's own layout; any M. */
  readonly activation: Tensor
  /** `[1, C, ...spatial]`: read where a path leads around the layer. */
  readonly input: Tensor
  readonly of: Explained
}

/** A layer that adds the same number at every place of a channel; biases are what FullGrad is made of. */
export interface BiasedLayer {
  /** ONNX tensor name of what the layer puts out. */
  readonly tensor: string
  /** One value per channel. */
  readonly bias: Float32Array
  /** Axis of the channels, the batch counted. */
  readonly channelAxis: number
  /** True for convolutions and batch normalisations on image axes. */
  readonly onImage: boolean
}

export interface BackwardRequest {
  /** `[N, C, ...spatial]`; any N, the implementation cuts it into batches the model can take. */
  readonly input: Tensor
  /** Start value of the backward pass, `[N, outputs]` (or `[1, outputs]`, repeated): one-hot for a class, ±1 for a difference. */
  readonly start: Tensor
  /** How the backward pass treats nodes; `compiler/composites` has the table. */
  readonly composite: CompositeRequest
  /** For composites that compare: what the input is compared with, `[1 or N, C, ...spatial]`. */
  readonly baseline?: Tensor
  readonly of: Explained
  /** Where the gradient is wanted: `'input'` or ONNX tensor names of layers. */
  readonly wrt: readonly string[]
  /** Layer tensors whose activation is returned too. */
  readonly activations?: readonly string[]
}

export interface BackwardResult {
  /** What was explained, `[N, outputs]`. */
  readonly scores: Tensor
  /** By name in `wrt`: same leading N as the input. */
  readonly gradients: ReadonlyMap<string, Tensor>
  readonly activations: ReadonlyMap<string, Tensor>
  /** Relevance that biases took and that so never reached the input, `[N, 1]`; for relevance composites only. */
  readonly taken?: Tensor
}

/** What the gradients along a line are of: one row each. */
export type GradientAlong = Pick<BackwardRequest, 'input' | 'start' | 'of'>

/** Points `from + alphas[k] · (input − from)`, and the weight of each in the sum; `from` is flat, `[C · spatial]`. */
export interface InputLine {
  readonly from: Float32Array
  readonly alphas: Float64Array
  readonly weights: Float64Array
}

/**
 * A model as attribution methods see it: functions, no files, no sessions.
 * All calls may throw Fault `unsupported-op`, `inference-failed`, `inference-timeout`, `out-of-memory` or `cancelled`.
 */
export interface Explainable {
  /** Input shape without the batch axis, `[C, ...spatial]`. */
  readonly inputShape: readonly number[]
  /** Number of explained outputs (classes). */
  readonly outputs: number
  /** Model-input value of black and white per channel (the card's, or the input's own range). */
  readonly black: readonly number[]
  readonly white: readonly number[]
  /** Target layers of the CAM methods, the default first; empty when the model has no spatial layer. */
  readonly layers: readonly LayerInfo[]
  /** What is known of a tensor as a layer, whether or not it was proposed. Throws Fault `bad-parameter` when there is none. */
  layer(tensor: string): LayerInfo
  /** Layers with a bias between the input and what is explained, in graph order. */
  biasedLayers(of: Explained): readonly BiasedLayer[]
  /** Scores `[N, outputs]` of `[N, C, ...spatial]`. */
  predict(batch: Tensor, of: Explained, job: Job): Promise<Tensor>
  /** Scores `[M, outputs]` with a layer's values replaced; only what lies behind the layer is run. Throws Fault `bad-parameter`. */
  predictFrom(replacement: LayerReplacement, job: Job): Promise<Tensor>
  backward(request: BackwardRequest, job: Job): Promise<BackwardResult>
  /**
   * Σ weights[k] · plain gradient at point k of a line that ends at the input, `[C · spatial]` in double precision: nothing
   * crosses to the inference process between the points. Absent where each point needs a run of its own.
   */
  gradientAlong?(request: GradientAlong, line: InputLine, job: Job): Promise<Float64Array>
  /** One result per start, from one forward pass: several targets at once. Absent where each needs a run of its own. */
  backwardEach?(
    request: Omit<BackwardRequest, 'start'>,
    starts: readonly Tensor[],
    job: Job
  ): Promise<readonly BackwardResult[]>
}
