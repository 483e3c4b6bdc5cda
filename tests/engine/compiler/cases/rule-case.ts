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
  /** The operator whose rule is proved. */
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
export const everyOpset = [7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 21] as const

export function since(first: number, last = 99): number[] {
  return everyOpset.filter((opset) => opset >= first && opset <= last)
}

/** The model of a case in one operator set. */
export function modelOf({ inputs, constants, nodes, of = 'y' }: RuleCase, opset: number): Uint8Array {
  return tinyModel({
    opset,
    nodes,
    ...(constants === undefined ? {} : { constants }),
    inputs: Object.entries(inputs).map(([name, { dims }]) => floatInput(name, dims)),
    outputs: [floatOutput(of)]
  })
}

/** Sizes of a case's input at the case's batch. */
export function sizesOf(input: CaseInput): number[] {
  return input.dims.map((size) => (size === 'N' ? caseBatch : size))
}

/** A node that makes `y`. */
export function makes(
  opType: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, NewAttribute>> = {}
): NewNode {
  return { opType, name: 'tested', inputs, outputs: ['y'], attributes }
}

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
