import type { GraphModel, ModelSource } from '../model'
import type { GraphProto, NodeProto, TensorProto } from '../onnx_pb'
import { blankFeeds, type ProbeOptions, type RunModel } from '../probe'
import { writeBody } from './body'
import { bodyOf, mostRounds, Unrolling } from './loops'
import { decodeNodes, rebuild, rebuiltParts } from './rebuild'
import { mostNodes } from './functions'
import { dataDependent } from './settled'

/**
 * Settles what the image cannot change: an If whose condition comes from constants or sizes becomes its branch, a Loop
 * whose rounds are so known is written out. Conditions are measured by running the model up to them at two batch sizes,
 * as shapes are. What depends on the image's values stays a node, for the driver to refuse.
 */
export async function settleControlFlow(
  model: GraphModel,
  run: RunModel,
  options: ProbeOptions = {}
): Promise<GraphModel> {
  if (!model.nodes.some(({ opType, domain }) => domain === '' && (opType === 'If' || opType === 'Loop'))) return model
  const settling = new Settling(model, run, options)
  const nodes = decodeNodes(model)
  await settling.measureAll(nodes)
  await settling.walk(nodes)
  if (settling.branches === 0 && settling.loops === 0) return model
  const said = [
    ...(settling.branches > 0 ? [`${settling.branches} If with a condition that no image changes`] : []),
    ...(settling.loops > 0 ? [`${settling.loops} Loop with a known number of rounds`] : [])
  ]
  return rebuild(model, {
    nodes: settling.nodes,
    tensors: settling.tensors,
    remark: `Written out: ${said.join(', ')}.`
  })
}

class Settling {
  readonly nodes: NodeProto[] = []
  readonly tensors: TensorProto[] = []
  branches = 0
  loops = 0
  private serial = 0
  private readonly measured = new Map<string, number | null>()

  constructor(
    private readonly model: GraphModel,
    private readonly run: RunModel,
    private readonly options: ProbeOptions
  ) {}

  /** Measures what steers the outermost nodes in one run; a file that cannot be run whole is measured bit by bit. */
  async measureAll(nodes: readonly NodeProto[]): Promise<void> {
    const dependent = dataDependent(nodes, this.inputNames)
    const steering = nodes.flatMap((node) =>
      node.opType === 'If' || node.opType === 'Loop' ? node.input.slice(0, 2) : []
    )
    const names = [...new Set(steering)].filter((name) => name !== '' && !dependent.has(name))
    const computed = names.filter((name) => !this.model.constants.has(name))
    if (computed.length > 0) await this.atTwoBatches(nodes, computed).catch(() => undefined)
  }

  /** Appends nodes in order, each settled first; a written body is walked in its turn. */
  async walk(pending: readonly NodeProto[]): Promise<void> {
    for (const node of pending) {
      const isStandard = node.domain === '' || node.domain === 'ai.onnx'
      const body = isStandard && node.opType === 'If' ? await this.branchOf(node) : undefined
      if (body !== undefined) await this.writeBranch(node, body)
      else if (!(isStandard && node.opType === 'Loop' && (await this.unroll(node)))) this.nodes.push(node)
    }
  }

  private async branchOf(node: NodeProto): Promise<GraphProto | undefined> {
    const values = await this.known([node.input[0]])
    if (values === undefined) return undefined
    const chosen = values[0] === 0 ? 'else_branch' : 'then_branch'
    return node.attribute.find(({ name }) => name === chosen)?.g
  }

  private async writeBranch(node: NodeProto, body: GraphProto): Promise<void> {
    const written = writeBody(body, { inputs: [], outputs: node.output, prefix: this.prefixOf(node) })
    this.branches += 1
    this.tensors.push(...written.tensors)
    await this.walk(written.nodes)
  }

  /** Writes a loop out; false when its rounds are not known, and then nothing is changed. */
  private async unroll(loop: NodeProto): Promise<boolean> {
    const [count = '', condition = ''] = loop.input
    if (bodyOf(loop) === undefined) return false
    const start = await this.known([count, condition].filter((name) => name !== ''))
    if (start === undefined) return false
    const bound = count === '' ? Infinity : start[0]
    const opens = condition === '' || start[start.length - 1] !== 0
    const unrolling = new Unrolling(loop, this.prefixOf(loop), this.model.opset)
    const before = { nodes: this.nodes.length, tensors: this.tensors.length }
    const finished = await this.rounds(unrolling, opens ? bound : 0)
    if (!finished) {
      this.nodes.length = before.nodes
      this.tensors.length = before.tensors
      return false
    }
    this.loops += 1
    return true
  }

  private async rounds(unrolling: Unrolling, bound: number): Promise<boolean> {
    const { keepsCondition } = unrolling
    if (keepsCondition && bound > mostRounds) return false
    let taken = 0
    while (unrolling.rounds < bound) {
      if (unrolling.rounds >= mostRounds || this.nodes.length > mostNodes) return false
      unrolling.round()
      taken = await this.takeOver(unrolling, taken)
      if (keepsCondition) continue
      const again = await this.known([unrolling.condition])
      if (again === undefined) return false
      if (again[0] === 0) break
    }
    if (unrolling.cannotFinish) return false
    unrolling.finish()
    await this.takeOver(unrolling, taken)
    return true
  }

  /** Moves what an unrolling has written since the last time into the graph; loops inside are settled on the way. */
  private async takeOver(unrolling: Unrolling, taken: number): Promise<number> {
    this.tensors.push(...unrolling.tensors.splice(0))
    await this.walk(unrolling.nodes.slice(taken))
    return unrolling.nodes.length
  }

  /** First values of tensors that no image changes, the same at two batch sizes; undefined when there are none such. */
  private async known(names: readonly string[]): Promise<readonly number[] | undefined> {
    const dependent = dataDependent(this.nodes, this.inputNames)
    if (names.some((name) => dependent.has(name))) return undefined
    for (const name of names) {
      const constant = this.model.constants.get(name)
      if (constant !== undefined) this.measured.set(name, Number(constant.values()[0]))
    }
    const open = names.filter((name) => !this.measured.has(name))
    if (open.length > 0) await this.atTwoBatches(this.nodes, open)
    const values = names.flatMap((name) => this.measured.get(name) ?? [])
    return values.length === names.length ? values : undefined
  }

  /** Measures first values at two batch sizes; null where they differ. */
  private async atTwoBatches(nodes: readonly NodeProto[], names: readonly string[]): Promise<void> {
    const first = await this.measure(nodes, names, 1)
    const second = await this.measure(nodes, names, 2).catch(() => first)
    for (const [index, name] of names.entries())
      this.measured.set(name, first[index] === second[index] ? first[index] : null)
  }

  private async measure(nodes: readonly NodeProto[], names: readonly string[], batch: number): Promise<number[]> {
    const { model, tensors } = this
    const outputs = names.map((name) => ({ name, elementType: 'other' as const, dims: null }))
    const source: ModelSource = {
      parts: rebuiltParts(model, { nodes, tensors, outputs, remark: null }),
      externalDataFolder: model.hasExternalData ? model.origin.folder : null
    }
    const found = await this.run(source, blankFeeds(model, batch, this.options), names)
    return names.map((name) => Number(found[name].data[0]))
  }

  private get inputNames(): string[] {
    return this.model.inputs.map((input) => input.name)
  }

  private prefixOf(node: NodeProto): string {
    this.serial += 1
    return `${node.name || node.opType}_${this.serial}`
  }
}
