import type { MethodExpression } from '@engine/attribution/expression'
import type { Attribution, AttributionContext, AttributionMethod } from '@engine/attribution/method'
import { resolveParameters, type GivenParams } from '@engine/attribution/parameters'
import type { Inner } from '@engine/attribution/wrapper'
import { Fault } from '@engine/fault'
import { subJob } from '@engine/job'
import { row, stack } from '@engine/tensor/tensor'

/** A map with the parameters it was made with. */
export interface ExpressionResult extends Attribution {
  /** Every parameter by full name, defaults included: for the recipe. */
  readonly params: Readonly<Record<string, string | number | boolean | null>>
}

/**
 * Computes a method expression for one input `[1, C, ...spatial]`: the base, then its wrappers from left to right.
 * Throws Fault `bad-parameter`, `geometry-mismatch` for an input of another shape, and what the method and the model throw.
 */
export async function runExpression(
  context: AttributionContext,
  { base, wrappers }: MethodExpression,
  given: GivenParams = {}
): Promise<ExpressionResult> {
  checkInput(context)
  const params = resolveParameters({ base, wrappers }, given)
  const innermost: Inner = (inside) => runBase(base, inside, params.base)
  const whole = wrappers.reduce<Inner>(
    (inner, wrapper, index) => (inside) => wrapper.apply(inner, inside, params.wrappers[index]),
    innermost
  )
  return { ...(await whole(context)), params: params.all }
}

/** About how many passes at batch one an expression takes, for the forecast. */
export function expressionPasses(
  expression: MethodExpression,
  given: GivenParams,
  inputShape: readonly number[]
): number {
  const params = resolveParameters(expression, given)
  const passes = expression.base.passes(params.base, inputShape)
  return expression.wrappers.reduce((total, wrapper, index) => total * wrapper.repeats(params.wrappers[index]), passes)
}

/** Methods that take one input at a time are given one at a time. */
async function runBase(
  method: AttributionMethod,
  context: AttributionContext,
  params: Record<string, unknown>
): Promise<Attribution> {
  const rows = context.input.shape[0]
  if (rows === 1 || method.batched === true) return method.attribute(context, params)
  const results: Attribution[] = []
  for (let index = 0; index < rows; index++) {
    const job = subJob(context.job, (done, total) => context.job.progress('inputs', index + done / total, rows))
    results.push(await method.attribute({ ...context, input: row(context.input, index), job }, params))
  }
  const layers = results.flatMap(({ layer }) => (layer === undefined ? [] : [layer]))
  return { map: stack(results.map(({ map }) => map)), ...(layers.length > 0 ? { layer: stack(layers) } : {}) }
}

function checkInput({ input, model }: AttributionContext): void {
  const expected = model.inputShape
  if (input.shape[0] === 1 && input.shape.slice(1).join() === expected.join()) return
  throw new Fault(
    'geometry-mismatch',
    `The input has shape [${input.shape.join(', ')}], but the model takes [1, ${expected.join(', ')}].`,
    { subject: 'input', hint: 'Give one prepared input of the model’s own size.' }
  )
}
