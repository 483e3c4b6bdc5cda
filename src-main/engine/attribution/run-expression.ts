import type { MethodExpression } from '@engine/attribution/expression'
import type { Attribution, AttributionContext, AttributionMethod } from '@engine/attribution/method'
import { type ExpressionParams, resolveParameters, type GivenParams } from '@engine/attribution/parameters'
import { type SharedParts, under } from '@engine/attribution/shared-parts'
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
  const keys = partKeys(context, { base, wrappers }, params)
  const whole = wrappers.reduce<Inner>(
    (inner, wrapper, index) =>
      sharedOver(context, keys[index + 1], (inside) =>
        wrapper.apply(inner, scoped(inside, keys[index]), params.wrappers[index])
      ),
    sharedOver(context, keys[0], innermost)
  )
  return { ...(await whole(context)), params: params.all }
}

/** What names the base, and the base with each further wrapper, among the maps of one image and model. */
function partKeys(
  { start, of, seed, layer }: AttributionContext,
  { base, wrappers }: Pick<MethodExpression, 'base' | 'wrappers'>,
  params: ExpressionParams
): string[] {
  const keys = [JSON.stringify([[...start.data], of, seed, layer ?? null, base.id, params.base])]
  wrappers.forEach(({ id }, index) => keys.push(`${keys[index]} ${JSON.stringify([id, params.wrappers[index]])}`))
  return keys
}

/** Asks the memory of the image's maps first; what is made of noisy copies of the image is not the image's. */
function sharedOver({ input, shared }: AttributionContext, key: string, make: Inner): Inner {
  if (shared === undefined) return make
  return (inside) => {
    if (inside.input === input) return shared.ofMap(key, () => make(inside), bytesOf)
    const { shared: _ofTheImage, ...alone } = inside
    return make(alone)
  }
}

/** The memory as a wrapper is given it: under the name of what it wraps. */
function scoped(context: AttributionContext, inner: string): AttributionContext {
  if (context.shared === undefined) return context
  const shared: SharedParts = { ...context.shared, ofMap: under(inner, context.shared.ofMap) }
  return { ...context, shared }
}

function bytesOf({ map, layer }: Attribution): number {
  return map.data.byteLength + (layer?.data.byteLength ?? 0)
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
