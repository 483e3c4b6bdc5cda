import type { NewAttribute, NewConstant } from '@engine/graph/encode'
import { randomStream } from '@engine/tensor/random'
import { floatPort, floats, onnxFile, type PlannedNode } from '../tests/support/onnx-file'

/** A T1 image at 1 mm in MNI space, cropped as ClinicaDL's t1-linear does. */
export const volumeSize = [169, 208, 179] as const
const channels = [8, 16, 32, 64, 128]
const hidden = [1300, 50]
export const volumeClasses = 2

/**
 * A network of the form of ClinicaDL's Conv5_FC3 (five times convolution 3 × 3 × 3, ReLU and pooling by 2, then 1300, 50 and 2 units):
 * 43 million random weights. Thibeau-Sutre et al., Computer Methods and Programs in Biomedicine 2022; 220:106818.
 */
export function conv5fc3(): Uint8Array {
  const stream = randomStream(5, 'benchmark volume network')
  const nodes: PlannedNode[] = []
  const constants: NewConstant[] = []
  const weight = (dims: readonly number[], deviation: number): string => {
    const name = `weight_${constants.length}`
    const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => deviation * stream.normal())
    constants.push(floats(name, dims, values))
    return name
  }
  const node = (
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NewAttribute>> = {}
  ): string => {
    const output = `${opType}_${nodes.length}`
    nodes.push({ opType, inputs, outputs: [output], attributes })
    return output
  }
  let x = 'input'
  let from = 1
  let size: number[] = [...volumeSize]
  for (const to of channels) {
    const convolved = node('Conv', [x, weight([to, from, 3, 3, 3], Math.sqrt(2 / (27 * from))), weight([to], 0.02)], {
      kernel_shape: [3, 3, 3],
      pads: [1, 1, 1, 1, 1, 1]
    })
    const window = { kernel_shape: [2, 2, 2], strides: [2, 2, 2], ceil_mode: 1 }
    x = node('MaxPool', [node('Relu', [convolved])], window)
    size = size.map((edge) => Math.ceil(edge / 2))
    from = to
  }
  x = node('Flatten', [x])
  let units = size.reduce((product, edge) => product * edge, from)
  for (const to of hidden) {
    x = node('Relu', [node('Gemm', [x, weight([to, units], Math.sqrt(2 / units)), weight([to], 0.02)], { transB: 1 })])
    units = to
  }
  const last = [x, weight([volumeClasses, units], Math.sqrt(1 / units)), weight([volumeClasses], 0.02)]
  nodes.push({ opType: 'Gemm', inputs: last, outputs: ['output'], attributes: { transB: 1 } })
  return onnxFile({
    nodes,
    constants,
    inputs: [floatPort('input', ['N', 1, ...volumeSize])],
    outputs: [floatPort('output', ['N', volumeClasses])]
  })
}
