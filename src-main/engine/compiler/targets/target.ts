/** The execution provider a graph is compiled for. */
export type TargetId = 'cpu' | 'cuda' | 'dml' | 'webgpu' | 'coreml'

/** How the data gradient of a convolution is written. */
export type ConvolutionForm = 'flipped-convolution' | 'transposed-convolution' | 'sub-pixel' | 'interleave'

/** How the gradient of a max pooling finds its way back. */
export type PoolRouting = 'unpool' | 'scatter' | 'slices'

/**
 * Which formulation suits a provider: kernels of one operator differ in speed by up to forty times, some are missing,
 * and some are registered and then refuse at run time.
 */
export interface TargetProfile {
  readonly id: TargetId
  /**
   * Data gradient of a convolution with a stride: over images, over images with wide kernels for single channels, over
   * volumes, over volumes with kernels of one element.
   */
  readonly stridedConvolution: Readonly<
    Record<'flat' | 'flatDepthwise' | 'volume' | 'volumePointwise', ConvolutionForm>
  >
  /** Max pooling whose windows do not overlap. */
  readonly separatePooling: PoolRouting
  /** Max pooling whose windows do. */
  readonly overlappingPooling: PoolRouting
}
