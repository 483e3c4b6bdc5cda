import { NetworkBuilder } from './network-builder'

/** Networks of the size of torchvision's, 1000 outputs, input 224 × 224 × 3, random weights. */
export const networks = { resnet18, resnet50, densenet121 } as const
export type NetworkName = keyof typeof networks

export const imageSize = 224
const classes = 1000

/** He et al., Deep Residual Learning for Image Recognition, CVPR 2016: 11.7 million weights. */
function resnet18(): Uint8Array {
  const b = new NetworkBuilder(18)
  let x = b.relu(b.convolution('input', { from: 3, to: 64, kernel: 7, stride: 2 }))
  x = b.maxPool(x, 3, 2)
  let from = 64
  for (const to of [64, 128, 256, 512]) {
    for (const block of [0, 1]) {
      const stride = block === 0 && to !== 64 ? 2 : 1
      const shortcut = stride === 1 && from === to ? x : b.convolution(x, { from, to, kernel: 1, stride })
      const inner = b.relu(b.convolution(x, { from, to, kernel: 3, stride }))
      x = b.relu(b.add(b.convolution(inner, { from: to, to, kernel: 3 }), shortcut))
      from = to
    }
  }
  return b.classifier(x, { from, to: classes, size: imageSize })
}

/** He et al., the same paper: bottleneck blocks, the stride in their 3 × 3 convolution as torchvision has it; 25.6 million weights. */
function resnet50(): Uint8Array {
  const b = new NetworkBuilder(50)
  let x = b.relu(b.convolution('input', { from: 3, to: 64, kernel: 7, stride: 2 }))
  x = b.maxPool(x, 3, 2)
  let from = 64
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const width = 64 * 2 ** stage
    const to = 4 * width
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && stage > 0 ? 2 : 1
      const shortcut = block === 0 ? b.convolution(x, { from, to, kernel: 1, stride }) : x
      const squeezed = b.relu(b.convolution(x, { from, to: width, kernel: 1 }))
      const inner = b.relu(b.convolution(squeezed, { from: width, to: width, kernel: 3, stride }))
      x = b.relu(b.add(b.convolution(inner, { from: width, to, kernel: 1 }), shortcut))
      from = to
    }
  }
  return b.classifier(x, { from, to: classes, size: imageSize })
}

/** Huang et al., Densely Connected Convolutional Networks, CVPR 2017: growth 32, blocks of 6, 12, 24 and 16 layers, 8 million weights. */
function densenet121(): Uint8Array {
  const growth = 32
  const b = new NetworkBuilder(121)
  let x = b.maxPool(b.relu(b.convolution('input', { from: 3, to: 64, kernel: 7, stride: 2 })), 3, 2)
  let channels = 64
  for (const [index, layers] of [6, 12, 24, 16].entries()) {
    const features = [x]
    for (let layer = 0; layer < layers; layer++) {
      const joined = features.length === 1 ? features[0] : b.concat(features)
      const squeezed = b.convolution(b.relu(b.normalization(joined, channels)), {
        from: channels,
        to: 4 * growth,
        kernel: 1
      })
      features.push(b.convolution(b.relu(squeezed), { from: 4 * growth, to: growth, kernel: 3 }))
      channels += growth
    }
    x = b.normalization(b.concat(features), channels)
    x = b.relu(x)
    if (index === 3) break
    x = b.averagePool(b.convolution(x, { from: channels, to: channels / 2, kernel: 1 }), 2)
    channels /= 2
  }
  return b.classifier(x, { from: channels, to: classes, size: imageSize })
}
