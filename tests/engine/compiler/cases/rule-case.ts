import type { TargetId } from '@engine/compiler/targets/target'
import type { NewAttribute, NewConstant, NewNode } from '@engine/graph/encode'
import { drawValues, type Draw, floatInput, floatOutput, floats, tinyModel } from '../../../support/tiny-graphs'

/** An input of a case; `'N'` stands for the batch, which is 2 when the case runs. */
export interface CaseInput {
  readonly dims: readonly (number | 'N')[]
  readonly draw?: Draw
  readonly values?: readonly number[]
}

/** One use of one operator, differentiated with regard to all `inputs`. */
export interface RuleCase {
  /** Key of the operator whose rule is proved: `Conv`, `com.microsoft::FusedConv`. */
  readonly op: string
  readonly title: string
  readonly opsets: readonly number[]
  /** Differentiable inputs by name. */
  readonly inputs: Readonly<Record<string, CaseInput>>
  readonly constants?: readonly NewConstant[]
  /** Nodes that end in the tensor `y`. */
  readonly nodes: readonly NewNode[]
  readonly of?: string
  readonly targets?: readonly TargetId[]
  readonly step?: number
}

export const caseBatch = 2

/** Profiles whose formulations differ; all of them run on the CPU here. */
export const everyTarget = ['cpu', 'cuda', 'webgpu'] as const

/**
 * The operator sets the rules are proved in: the oldest ONNX Runtime takes, each one where something changed, and the
 * newest in use.
 */
export const everyOpset = [7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 21, 23] as const

export function since(first: number, last = 99): number[] {
  return everyOpset.filter((opset) => opset >= first && opset <= last)
}

/**
 * Operators ONNX Runtime lacks a float64 kernel for, in some operator set or in all: there gradients are checked against
 * float32 runs.
 */
export const singleOnly: ReadonlySet<string> = new Set([
  'Acos',
  'Acosh',
  'Affine',
  'Asin',
  'Asinh',
  'Atan',
  'Atanh',
  'AveragePool',
  'Cast',
  'Celu',
  'Clip',
  'Conv',
  'ConvTranspose',
  'Cosh',
  'Elu',
  'Erf',
  'Gelu',
  'GlobalAveragePool',
  'GlobalLpPool',
  'GlobalMaxPool',
  'HardSigmoid',
  'HardSwish',
  'Hardmax',
  'ImageScaler',
  'InstanceNormalization',
  'LRN',
  'LeakyRelu',
  'LpPool',
  'MaxPool',
  'MaxUnpool',
  'Mean',
  'MeanVarianceNormalization',
  'Mish',
  'OneHot',
  'PRelu',
  'ParametricSoftplus',
  'Resize',
  'Scale',
  'ScaledTanh',
  'Selu',
  'Sinh',
  'Softplus',
  'Softsign',
  'Tan',
  'ThresholdedRelu',
  'Upsample',
  'com.microsoft::Attention',
  'com.microsoft::BiasGelu',
  'com.microsoft::FastGelu',
  'com.microsoft::FusedConv',
  'com.microsoft::FusedGemm',
  'com.microsoft::Gelu',
  'com.microsoft::MultiHeadAttention',
  'com.microsoft::QuickGelu',
  'com.microsoft::SkipLayerNormalization',
  'com.microsoft::SkipSimplifiedLayerNormalization',
  'com.microsoft::TransposeMatMul'
])

/** The model of a case in one operator set; in float64 it is the twin its gradient is checked against. */
export function modelOf(
  { inputs, constants = [], nodes, of = 'y' }: RuleCase,
  opset: number,
  elementType: 'float32' | 'float64' = 'float32'
): Uint8Array {
  const domains = new Set(nodes.flatMap(({ domain = '' }) => (domain === '' ? [] : [domain])))
  return tinyModel({
    opset,
    opsets: [...domains].map((domain) => ({ domain, version: 1 })),
    nodes,
    constants: constants.map((item) => (item.elementType === 'float32' ? { ...item, elementType } : item)),
    inputs: Object.entries(inputs).map(([name, { dims }]) => floatInput(name, dims, elementType)),
    outputs: [floatOutput(of, elementType)]
  })
}

/** Sizes of a case's input at the case's batch. */
export function sizesOf(input: CaseInput): number[] {
  return input.dims.map((size) => (size === 'N' ? caseBatch : size))
}

/** A node that makes `y`; the operator is named by its key. */
export function makes(
  key: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, NewAttribute>> = {}
): NewNode {
  return { ...operator(key), name: 'tested', inputs, outputs: ['y'], attributes }
}

/** Operator type and domain of a key. */
export function operator(key: string): Pick<NewNode, 'opType' | 'domain'> {
  const [domain, opType] = key.includes('::') ? key.split('::') : ['', key]
  return { opType, domain }
}

/** A float attribute. */
export const float = (value: number): NewAttribute => ({ float: value })

/** A drawn float constant. */
export function weight(name: string, dims: readonly number[], draw: Draw = 'plain'): NewConstant {
  return floats(
    name,
    dims,
    drawValues(
      dims.reduce((product, size) => product * size, 1),
      draw,
      dims.length + name.length
    )
  )
}
