import type { MethodExpression } from '@engine/attribution/expression'
import type { GivenParams } from '@engine/attribution/parameters'

/** `--layer TENSOR` as the `layer` parameter of a method that has one; a parameter given by name wins. */
export function layerParams(expression: MethodExpression, params: GivenParams, layer: string | undefined): GivenParams {
  const name = `${expression.base.id}.layer`
  if (layer === undefined || !('layer' in expression.base.params.entries) || params[name] !== undefined) return params
  return { ...params, [name]: layer }
}
