import type { Attributes } from './attributes'
import type { Constant } from './constant'
import type { ModelLayout } from './layout'

/** Size of one axis as a function of the batch size N: `perBatch * N + fixed`. */
export interface Dim {
  readonly perBatch: number
  readonly fixed: number
}

/** Element types by the names ONNX Runtime uses for its tensors. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'other'

/** A graph input or output as the file declares it; a name stands for a free size, null for an unstated one. */
export interface ValueInfo {
  readonly name: string
  readonly elementType: ElementType
  /** null: the file states no shape. */
  readonly dims: readonly (number | string | null)[] | null
}

/** One node of the graph. `''` among the inputs or outputs marks an omitted one. */
export interface GraphNode {
  /** Position in the (topologically sorted) node list. */
  readonly index: number
  readonly name: string
  readonly opType: string
  /** `''` is the standard ONNX domain. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
  /** Tensors of this graph that subgraphs of the node (If, Loop, Scan) read. */
  readonly captures: readonly string[]
  /** Element types of the outputs as the subgraphs of the node declare them; empty for a node without subgraphs. */
  readonly subgraphTypes: readonly ElementType[]
}

/** Where a model came from; external weights are looked for beside the file only. */
export interface ModelOrigin {
  /** File name for messages, without its folder. */
  readonly name: string
  /** Folder of external weights, or null when the model came without a file. */
  readonly folder: string | null
}

/** A model as a session can load it: serialised parts to be joined, and the folder of its external weights. */
export interface ModelSource {
  readonly parts: readonly Uint8Array[]
  readonly externalDataFolder: string | null
}

/**
 * An ONNX model as values; `bytes` stays the one copy of the weights, everything else is a view or decoded on demand.
 */
export interface GraphModel {
  readonly origin: ModelOrigin
  /** The serialised ModelProto. */
  readonly bytes: Uint8Array
  readonly layout: ModelLayout
  readonly irVersion: number
  /** Version of the standard operator set. */
  readonly opset: number
  /** Every imported operator set, domain to version. */
  readonly opsets: ReadonlyMap<string, number>
  readonly producer: string
  readonly metadata: ReadonlyMap<string, string>
  /** Graph inputs that are not weights. */
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly nodes: readonly GraphNode[]
  /** Initializers and tensors made by Constant or ConstantOfShape nodes, by tensor name. */
  readonly constants: ReadonlyMap<string, Constant>
  /** True when at least one weight lies in a file of its own. */
  readonly hasExternalData: boolean
  /** What was changed since the file was read, a sentence each: functions written out, inputs fixed, casts added. */
  readonly remarks: readonly string[]
}

/** A model whose tensors were measured by running it. */
export interface ProbedModel extends GraphModel {
  /** How many inputs fit in one run: any number, or only the number the model was exported with. */
  readonly batch: 'dynamic' | number
  readonly shapes: ReadonlyMap<string, readonly Dim[]>
  readonly types: ReadonlyMap<string, ElementType>
  /** Measured values of small integer tensors that steer Reshape, Slice, Gather, Pad and the like. */
  readonly integers: ReadonlyMap<string, readonly number[]>
}

/** The bytes of a source in one piece; no copy when there is only one part. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** A model as a session can load it, unchanged. */
export function sourceOf(model: GraphModel): ModelSource {
  return { parts: [model.bytes], externalDataFolder: model.hasExternalData ? model.origin.folder : null }
}

/** A size that does not depend on the batch. */
export function fixedDim(size: number): Dim {
  return { perBatch: 0, fixed: size }
}

/** True when two sizes agree for every batch size. */
export function sameDim(a: Dim, b: Dim): boolean {
  return a.perBatch === b.perBatch && a.fixed === b.fixed
}

/** The sizes at one batch size. */
export function sizesAt(dims: readonly Dim[], batch: number): number[] {
  return dims.map((dim) => dim.perBatch * batch + dim.fixed)
}
