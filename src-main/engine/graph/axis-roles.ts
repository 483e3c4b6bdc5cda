import { numberAttribute, numbersAttribute } from './attributes'
import { type GraphNode, type ProbedModel, sizesAt } from './model'
import { reshapedRoles } from './reshaped-roles'

/** What an axis of a tensor stands for. */
export type Role =
  | { readonly kind: 'batch' }
  | { readonly kind: 'channel' }
  /** The spatial axis number `axis` of the image, at whatever resolution. */
  | { readonly kind: 'space'; readonly axis: number }
  /** All places of a grid along one axis, in row-major order, behind `drop` tokens that show no place. */
  | { readonly kind: 'tokens'; readonly grid: readonly number[]; readonly drop: number }
  | { readonly kind: 'other' }

export const batch: Role = { kind: 'batch' }
export const channel: Role = { kind: 'channel' }
export const other: Role = { kind: 'other' }

/** A prime no image size is likely to be: measured sizes at it tell the batch from every other axis. */
const tellingBatch = 1009

/** Sizes of a tensor at a batch size that nothing else has. */
export function tellingSizes(model: ProbedModel, tensor: string): number[] {
  return sizesAt(model.shapes.get(tensor) ?? [], tellingBatch)
}

/**
 * What the axes of every tensor between image and output stand for, read off the structure: convolutions and pooling
 * make channels and space, Transpose and Reshape move and join axes, a sum has the roles of its better known side.
 * Joined spatial axes are tokens; what is joined in front of them (a class token) is counted.
 */
export function axisRoles(model: ProbedModel, path: ReadonlySet<string>): Map<string, readonly Role[]> {
  const known = new Map<string, readonly Role[]>()
  const image = model.inputs[0]?.name
  if (image !== undefined) known.set(image, imageRoles(tellingSizes(model, image)))
  for (const node of model.nodes) {
    for (const output of node.outputs) {
      if (!path.has(output)) continue
      const sizes = tellingSizes(model, output)
      const found = rolesOf({ model, node, path, known, sizes })
      if (found !== undefined && found.length === sizes.length) known.set(output, checked(found, sizes))
    }
  }
  return known
}

function imageRoles(sizes: readonly number[]): Role[] {
  const last = sizes.length - 1
  const channelsLast = sizes.length >= 4 && sizes[last] <= 4 && sizes[1] > 4
  return sizes.map((_, axis) => {
    if (axis === 0) return batch
    if (axis === (channelsLast ? last : 1)) return channel
    return { kind: 'space', axis: axis - (channelsLast ? 1 : 2) }
  })
}

/** Tokens whose count no longer fits their grid stand for nothing that could be drawn. */
function checked(roles: readonly Role[], sizes: readonly number[]): Role[] {
  return roles.map((role, axis) => {
    if (role.kind !== 'tokens') return role
    return sizes[axis] === role.drop + role.grid.reduce((product, size) => product * size, 1) ? role : other
  })
}

interface RoleContext {
  readonly model: ProbedModel
  readonly node: GraphNode
  readonly path: ReadonlySet<string>
  readonly known: ReadonlyMap<string, readonly Role[]>
  /** Of the output. */
  readonly sizes: readonly number[]
}

function rolesOf(context: RoleContext): readonly Role[] | undefined {
  const special = context.node.domain === '' ? kinds[context.node.opType] : undefined
  return special === undefined ? sameShape(context) : special(context)
}

type RoleRule = (context: RoleContext) => readonly Role[] | undefined

const first = ({ node, known }: RoleContext): readonly Role[] | undefined => known.get(node.inputs[0])

/** Convolutions and pooling: batch, channels, space. */
const onImage: RoleRule = ({ sizes }) =>
  sizes.map((_, axis) => (axis === 0 ? batch : axis === 1 ? channel : { kind: 'space', axis: axis - 2 }))

/** Operators that change sizes along an axis, not what it stands for. */
const sameAxes: RoleRule = (context) => {
  const roles = first(context)
  return roles?.length === context.sizes.length ? roles : undefined
}

const transpose: RoleRule = (context) => {
  const roles = first(context)
  const perm = numbersAttribute(context.node, 'perm') ?? context.sizes.map((_, axis) => context.sizes.length - 1 - axis)
  return roles?.length === perm.length ? perm.map((axis) => roles[axis]) : undefined
}

const reshape: RoleRule = (context) => {
  const roles = first(context)
  if (roles === undefined) return undefined
  return reshapedRoles(roles, tellingSizes(context.model, context.node.inputs[0]), context.sizes)
}

/** A product with weights makes channels of the last axis; between two activations nothing is known. */
const product: RoleRule = ({ node, path, known, sizes }) => {
  const [left, right] = node.inputs
  const roles = known.get(left)
  if (roles === undefined || path.has(right) || roles.length !== sizes.length) return undefined
  return roles.map((role, axis) => (axis === sizes.length - 1 ? channel : role))
}

/** Tokens with something in front: class tokens, learnt or register ones. Along other axes the first known side tells. */
const concat: RoleRule = ({ model, node, known, sizes }) => {
  const stated = numberAttribute(node, 'axis', 1)
  const axis = stated < 0 ? stated + sizes.length : stated
  const index = node.inputs.findIndex((name) => known.has(name))
  const roles = known.get(node.inputs[index])
  if (roles?.length !== sizes.length) return undefined
  const role = roles[axis]
  if (role.kind !== 'tokens') return roles
  const before = node.inputs.slice(0, index).reduce((sum, name) => sum + tellingSizes(model, name)[axis], 0)
  return roles.map((own, place) => (place === axis ? { ...role, drop: role.drop + before } : own))
}

/** Cutting tokens off the front leaves fewer without a place. */
const slice: RoleRule = (context) => {
  const { model, node, sizes } = context
  const roles = sameAxes(context)
  const whole = tellingSizes(model, node.inputs[0])
  return roles?.map((role, axis) => {
    if (role.kind !== 'tokens' || sizes[axis] === whole[axis]) return role
    const cut = whole[axis] - sizes[axis]
    return cut <= role.drop && startsAt(model, node, axis, sizes.length) === cut
      ? { ...role, drop: role.drop - cut }
      : other
  })
}

function startsAt(model: ProbedModel, node: GraphNode, axis: number, rank: number): number | undefined {
  const read = (name: string, input: number): readonly number[] | undefined =>
    numbersAttribute(node, name) ?? model.integers.get(node.inputs[input] ?? '')
  const starts = read('starts', 1)
  const axes = read('axes', 3) ?? starts?.map((_, place) => place)
  const place = axes?.findIndex((stated) => (stated < 0 ? stated + rank : stated) === axis) ?? -1
  return place < 0 ? undefined : starts?.[place]
}

/** One index takes an axis away; several keep it, but no longer in its order. */
const gather: RoleRule = (context) => {
  const { node, sizes } = context
  const roles = first(context)
  if (roles === undefined) return undefined
  const stated = numberAttribute(node, 'axis', 0)
  const axis = stated < 0 ? stated + roles.length : stated
  if (sizes.length === roles.length - 1) return roles.filter((_, place) => place !== axis)
  return sizes.length === roles.length ? roles.map((role, place) => (place === axis ? other : role)) : undefined
}

const reduce: RoleRule = (context) => {
  const roles = first(context)
  if (roles === undefined || roles.length === context.sizes.length) return roles
  const before = tellingSizes(context.model, context.node.inputs[0])
  return reshapedRoles(
    roles,
    before.map((size, axis) => (isReduced(context, axis, before.length) ? 1 : size)),
    context.sizes
  )
}

function isReduced({ model, node }: RoleContext, axis: number, rank: number): boolean {
  const axes = numbersAttribute(node, 'axes') ?? model.integers.get(node.inputs[1] ?? '')
  return axes === undefined || axes.some((stated) => (stated < 0 ? stated + rank : stated) === axis)
}

/** Elementwise operators and whatever keeps a shape: per axis the first input that knows, seen from the right. */
const sameShape: RoleRule = ({ model, node, path, known, sizes }) => {
  const sides = node.inputs.flatMap((name) => {
    const roles = path.has(name) ? known.get(name) : undefined
    return roles === undefined ? [] : [{ roles, sizes: tellingSizes(model, name) }]
  })
  if (sides.length === 0) return undefined
  return sizes.map((size, axis) => {
    for (const side of sides) {
      const place = axis - sizes.length + side.sizes.length
      const role = side.roles[place]
      if (role !== undefined && role.kind !== 'other' && side.sizes[place] === size) return role
    }
    return other
  })
}

const kinds: Readonly<Record<string, RoleRule>> = {
  Conv: onImage,
  ConvTranspose: onImage,
  MaxPool: sameAxes,
  AveragePool: sameAxes,
  LpPool: sameAxes,
  GlobalAveragePool: sameAxes,
  GlobalMaxPool: sameAxes,
  Resize: sameAxes,
  Upsample: sameAxes,
  Pad: sameAxes,
  DepthToSpace: sameAxes,
  SpaceToDepth: sameAxes,
  QLinearConv: onImage,
  Transpose: transpose,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  MatMul: product,
  Gemm: product,
  Concat: concat,
  Slice: slice,
  Split: sameAxes,
  Gather: gather,
  ReduceMean: reduce,
  ReduceMax: reduce,
  ReduceSum: reduce
}
