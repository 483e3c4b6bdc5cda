import type { GenericSchema } from 'valibot'

/** What a schema asks for, as something that can be drawn as a form. The schema is the only place that says it. */
export type FieldNode =
  | { kind: 'text'; optional: boolean }
  | { kind: 'number'; optional: boolean; integer: boolean }
  | { kind: 'choice'; optional: boolean; options: readonly string[] }
  /** A list of plain values, typed with commas between them. */
  | { kind: 'plain-list'; optional: boolean; item: 'text' | 'number'; length: number | null }
  | { kind: 'group'; optional: boolean; children: readonly NamedField[] }
  | { kind: 'list'; optional: boolean; item: FieldNode }
  /** Groups of which the value of `key` picks one. */
  | {
      kind: 'variant'
      optional: boolean
      key: string
      cases: readonly { value: string; children: readonly NamedField[] }[]
    }
  /** Rare shapes, typed as JSON. */
  | { kind: 'json'; optional: boolean }
  | { kind: 'fixed'; optional: boolean }

export interface NamedField {
  name: string
  node: FieldNode
}

/** The parts of a valibot schema that this walk reads; each exists on some kinds only. */
interface Shape {
  type: string
  entries?: Record<string, GenericSchema>
  item?: GenericSchema
  items?: readonly GenericSchema[]
  options?: readonly unknown[]
  key?: string
  literal?: unknown
  wrapped?: GenericSchema
  pipe?: readonly { type: string }[]
}

/** Reads a valibot schema into fields. */
export function fieldOf(schema: GenericSchema, optional = false): FieldNode {
  const shape = schema as unknown as Shape
  const { options = [], items = [], pipe = [] } = shape

  switch (shape.type) {
    case 'optional':
    case 'nullable':
      return fieldOf(shape.wrapped as GenericSchema, true)
    case 'object':
      return { kind: 'group', optional, children: childrenOf(shape) }
    case 'string':
      return { kind: 'text', optional }
    case 'number':
      return { kind: 'number', optional, integer: pipe.some((step) => step.type === 'integer') }
    case 'picklist':
      return { kind: 'choice', optional, options: options.map(String) }
    case 'literal':
      return { kind: 'fixed', optional }
    case 'array':
      return listOf(shape.item as GenericSchema, optional, null)
    case 'tuple':
      return listOf(items[0], optional, items.length)
    case 'variant':
      return variantOf(shape, optional)
    default:
      return { kind: 'json', optional }
  }
}

const childrenOf = (shape: Shape): NamedField[] =>
  Object.entries(shape.entries ?? {}).map(([name, entry]) => ({ name, node: fieldOf(entry) }))

function listOf(item: GenericSchema, optional: boolean, length: number | null): FieldNode {
  const node = fieldOf(item)
  if (node.kind === 'text' || node.kind === 'number') return { kind: 'plain-list', optional, item: node.kind, length }

  // A list of lists has no good form.
  return node.kind === 'group' ? { kind: 'list', optional, item: node } : { kind: 'json', optional }
}

function variantOf(shape: Shape, optional: boolean): FieldNode {
  const key = shape.key ?? ''
  const cases = (shape.options ?? []).map((option) => {
    const entries = (option as Shape).entries ?? {}
    const literal = (entries[key] as unknown as Shape).literal
    const children = childrenOf(option as Shape).filter((child) => child.name !== key)

    return { value: String(literal), children }
  })

  return { kind: 'variant', optional, key, cases }
}

/** The field at a path such as `input.values` or `outputs.0.labels`; undefined when the schema has none there. */
export function fieldAt(node: FieldNode, path: string): FieldNode | undefined {
  return path.split('.').reduce<FieldNode | undefined>((at, step) => {
    if (at?.kind === 'group') return at.children.find((child) => child.name === step)?.node
    if (at?.kind === 'list') return at.item
    if (at?.kind === 'variant')
      return at.cases.flatMap((one) => one.children).find((child) => child.name === step)?.node

    return undefined
  }, node)
}

/** A value with what is empty in it: the start of a new line of a list. */
export function emptyOf(node: FieldNode): unknown {
  switch (node.kind) {
    case 'group':
      return Object.fromEntries(
        node.children.filter((child) => !child.node.optional).map((child) => [child.name, emptyOf(child.node)])
      )
    case 'plain-list':
    case 'list':
      return []
    case 'choice':
      return node.options[0]
    case 'variant': {
      const [first] = node.cases
      const entries = first.children
        .filter((child) => !child.node.optional)
        .map((child) => [child.name, emptyOf(child.node)])

      return { [node.key]: first.value, ...Object.fromEntries(entries) }
    }
    default:
      return ''
  }
}
