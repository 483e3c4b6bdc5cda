import type { TargetId, TargetProfile } from './target'

const onHost: Omit<TargetProfile, 'id'> = {
  stridedConvolution: {
    flat: 'transposed-convolution',
    flatDepthwise: 'interleave',
    volume: 'sub-pixel',
    volumePointwise: 'transposed-convolution'
  },
  separatePooling: 'unpool',
  overlappingPooling: 'scatter'
}

/** One profile per provider; measurements behind each choice are in the README beside the compiler. */
export const targets: Readonly<Record<TargetId, TargetProfile>> = {
  cpu: { id: 'cpu', ...onHost },
  // CoreML covers few operators; what it does not take runs on the CPU.
  coreml: { id: 'coreml', ...onHost },
  dml: { id: 'dml', ...onHost },
  // No MaxUnpool kernel.
  cuda: { id: 'cuda', ...onHost, separatePooling: 'scatter' },
  // No MaxPool indices, no 3-D ConvTranspose: both fail at run time.
  webgpu: {
    id: 'webgpu',
    stridedConvolution: {
      flat: 'transposed-convolution',
      flatDepthwise: 'transposed-convolution',
      volume: 'sub-pixel',
      volumePointwise: 'interleave'
    },
    separatePooling: 'slices',
    overlappingPooling: 'slices'
  }
}
