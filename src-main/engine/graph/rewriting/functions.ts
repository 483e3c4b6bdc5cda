import { Fault } from '@engine/fault'
import type { GraphModel } from '../model'
import type { AttributeProto, FunctionProto, NodeProto } from '../onnx_pb'
import { decodeFunctions, decodeNodes, rebuild } from './rebuild'
import { identityNode, localNames, type Rename, renamedNode, withAttributes } from './rename'

/** Nodes a model may have once everything is written out: beyond it a file is hostile, not large. */
export const mostNodes = 200_000

/**
 * Writes the bodies of a model's own functions (FunctionProto, as dynamo exports carry them) in the place of their
 * calls, so that the driver sees standard operators only. A function written against another version of the standard
 * operator set than the model stays a call: its operators would mean something else.
 * Throws Fault `bad-model` for functions that call themselves or grow without bound.
 */
export function inlineFunctions(model: GraphModel): GraphModel {
  const functions = new Map(
    decodeFunctions(model)
      .filter((body) => fits(body, model))
      .map((body) => [keyOf(body.domain, body.name, body.overload), body])
  )
  if (functions.size === 0) return model
  const inlining = new Inlining(functions, model)
  const nodes = decodeNodes(model).flatMap((node, index) => inlining.expand(node, [], `${index}`))
  if (inlining.calls === 0) return model
  return rebuild(model, {
    nodes,
    opsets: inlining.opsets,
    remark: `${inlining.calls} ${inlining.calls === 1 ? 'call of a function' : 'calls of functions'} of the file itself ${inlining.calls === 1 ? 'is' : 'are'} written out.`
  })
}

const standard = (domain: string): string => (domain === 'ai.onnx' ? '' : domain)
const keyOf = (domain: string, name: string, overload: string): string => `${standard(domain)}|${name}|${overload}`

function fits(body: FunctionProto, model: GraphModel): boolean {
  return body.opsetImport.every(({ domain, version }) => {
    const own = model.opsets.get(standard(domain))
    return own === undefined || own === Number(version)
  })
}

class Inlining {
  calls = 0
  readonly opsets = new Map<string, number>()
  private written = 0

  constructor(
    private readonly functions: ReadonlyMap<string, FunctionProto>,
    private readonly model: GraphModel
  ) {}

  /** The nodes that stand for one: itself, or the body it calls, calls inside written out too. */
  expand(node: NodeProto, callers: readonly string[], place: string): NodeProto[] {
    const key = keyOf(node.domain, node.opType, node.overload)
    const body = this.functions.get(key)
    this.written += 1
    if (this.written > mostNodes) throw this.endless(node.opType)
    if (body === undefined) {
      this.expandInside(node, callers, place)
      return [node]
    }
    if (callers.includes(key)) throw this.endless(body.name)
    this.calls += 1
    for (const { domain, version } of body.opsetImport) this.opsets.set(standard(domain), Number(version))
    const inside = bodyNodes(node, body, `${node.name || node.opType}_${place}`)
    return inside.flatMap((inner, index) => this.expand(inner, [...callers, key], `${place}_${index}`))
  }

  /** Calls inside the subgraphs of a node. */
  private expandInside(node: NodeProto, callers: readonly string[], place: string): void {
    const graphs = node.attribute.flatMap(({ g, graphs }) => [...(g === undefined ? [] : [g]), ...graphs])
    for (const [order, graph] of graphs.entries())
      graph.node = graph.node.flatMap((inner, index) => this.expand(inner, callers, `${place}_${order}_${index}`))
  }

  private endless(name: string): Fault {
    return new Fault('bad-model', `The function "${name}" of ${this.model.origin.name} calls itself without end.`, {
      subject: name,
      hint: 'The file is damaged; export the model again.'
    })
  }
}

/** A function's body with the caller's tensors and attributes in it. */
function bodyNodes(caller: NodeProto, body: FunctionProto, prefix: string): NodeProto[] {
  const names = new Map<string, string>()
  for (const [index, formal] of body.input.entries()) names.set(formal, caller.input[index] ?? '')
  const locals = localNames(body)
  const passedOn: NodeProto[] = []
  for (const [index, formal] of body.output.entries()) {
    const actual = caller.output[index] ?? ''
    if (actual === '') continue
    if (locals.has(formal) && !names.has(formal)) names.set(formal, actual)
    else passedOn.push(identityNode(names.get(formal) ?? formal, actual))
  }
  const rename: Rename = (name) => names.get(name) ?? (locals.has(name) ? `${prefix}/${name}` : name)
  const given = new Map<string, AttributeProto>(body.attributeProto.map((attribute) => [attribute.name, attribute]))
  for (const attribute of caller.attribute) given.set(attribute.name, attribute)
  const nodes = body.node.map((node) => {
    const own = renamedNode(withAttributes(node, given), rename)
    own.name = `${prefix}/${node.name || node.opType}`
    return own
  })
  return [...nodes, ...passedOn]
}
