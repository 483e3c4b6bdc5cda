/** The execution provider a graph is compiled for. */
export type TargetId = 'cpu' | 'cuda' | 'dml' | 'webgpu' | 'coreml'

/** How the data gradient of a convolution is written. */
export type ConvolutionForm = 'flipped-convolution' | 'transposed-convolution' | 'sub-pixel' | 'interleave'

/** How the gradient of a max pooling finds its way back. */
export type PoolRouting = 'unpool' | 'scatter' | 'slices'

/**
 * Which formulation suits a provider: kernels of one operator differ in speed by up to forty times, some are missing, and some are
 * registered and then refuse at run time.
 */
export interface TargetProfile {
  readonly id: TargetId
  /** Data gradient of a convolution with stride 1, and with a larger stride, by number of spatial axes. */
  readonly stridedConvolution: { readonly flat: ConvolutionForm; readonly volume: ConvolutionForm; readonly volumePointwise: ConvolutionForm }
  /** Max pooling whose windows do not overlap, and whose windows do. */
  readonly separatePooling: PoolRouting
  readonly overlappingPooling: PoolRouting
}
