import type { Dim, GraphNode, ProbedModel } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import type { TargetProfile } from './targets/target'

/** What a backward rule is given. */
export interface RuleContext {
  readonly w: GraphWriter
  readonly node: GraphNode
  /**
   * Gradient of the explained value for the node's (first used) output. Rules of one-output operators read only this.
   */
  readonly outgoing: string
  /** Gradient for every output of the node; null where nothing flows. */
  readonly outgoings: readonly (string | null)[]
  /** Which inputs a gradient is wanted for. */
  readonly needs: readonly boolean[]
  readonly shapeOf: (tensor: string) => readonly Dim[]
  readonly target: TargetProfile
}

/**
 * Writes the nodes that turn the gradient of a node's outputs into gradients of its inputs. Answers one tensor name per
 * input, null where nothing flows or none is needed. A gradient has the shape of its input; for operators with numpy
 * broadcasting it may have the shape of the output instead, and the driver sums it down. Inputs past the end of the
 * answer have no rule: the driver refuses a model in which one of them depends on the image.
 */
export type BackwardRule = (context: RuleContext) => readonly (string | null)[]

/** Where a node stands among the nodes that carry weights; composites pick rules by it. */
export interface Position {
  /** Kind of the layer, null for nodes without a kernel. */
  readonly layer: 'convolution' | 'dense' | null
  /** Number of the layer in the order of execution, from 0; null for nodes without a kernel. */
  readonly order: number | null
  /** No such layer lies between the input and this one. */
  readonly isFirst: boolean
  /** The last such layer before the explained output. */
  readonly isLast: boolean
}

/** Chooses the backward rule of a node; undefined when there is none for it. */
export type Composite = (node: GraphNode, position: Position) => BackwardRule | undefined

/** What a composite may look at before it chooses rules. */
export interface CompositeScope {
  readonly w: GraphWriter
  readonly model: ProbedModel
  /** Tensors between what is asked for and what is explained, ends included. */
  readonly path: ReadonlySet<string>
}

/** A composite that has to know the graph, or has settings. */
export type CompositeMaker = (scope: CompositeScope) => Composite
