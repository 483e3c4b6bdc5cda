import type { GraphWriter } from '@engine/graph/writer'

/** A constant linear map along one axis. */
export interface AxisMap {
  readonly rank: number
  readonly axis: number
  /** Row major, `[rows, columns]`: columns is the axis length before, rows after. */
  readonly matrix: { readonly rows: number; readonly columns: number; readonly values: Float32Array }
  /** Tensor of the model whose element type the matrix takes. */
  readonly like: string
}

/** Applies a constant matrix along one axis: the way back through any separable linear map that has no faster form. */
export function applyAlongAxis(w: GraphWriter, tensor: string, { rank, axis, matrix, like }: AxisMap): string {
  const { rows, columns, values } = matrix
  if (axis === rank - 1) {
    const turned = Float32Array.from(values, (_, index) => values[(index % rows) * columns + Math.floor(index / rows)])
    return w.op('MatMul', [tensor, w.floats(turned, [columns, rows], like)])
  }
  if (axis === rank - 2) return w.op('MatMul', [w.floats(values, [rows, columns], like), tensor])
  const perm = [
    ...Array.from({ length: rank }, (_, position) => position).filter((position) => position !== axis),
    axis
  ]
  const back = perm.map((_, position) => perm.indexOf(position))
  const turned = w.op('Transpose', [tensor], { perm })
  const mapped = applyAlongAxis(w, turned, { rank, axis: rank - 1, matrix, like })
  return w.op('Transpose', [mapped], { perm: back })
}
