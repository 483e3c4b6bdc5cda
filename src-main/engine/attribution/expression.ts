import type { Attribution, AttributionContext, AttributionMethod } from '@engine/attribution/method'
import { methods } from '@engine/attribution/methods/index'
import { resolveParameters, type ExpressionParams, type GivenParams } from '@engine/attribution/parameters'
import type { Inner, Wrapper } from '@engine/attribution/wrapper'
import { wrappers } from '@engine/attribution/wrappers/index'
import { Fault } from '@engine/fault'
import { subJob } from '@engine/job'
import { row, stack } from '@engine/tensor/tensor'

/** A base method and the wrappers behind it, left to right, with their parameters: `gradient+sg2+abs`. */
export interface Expression {
  /** As written: the map's name in files and tables. */
  readonly text: string
  readonly base: AttributionMethod
  readonly wrappers: readonly Wrapper[]
  readonly params: ExpressionParams
}

/**
 * Reads `BASE[+WRAPPER...]` and the parameters that concern it; parameters of other methods are checked and left out.
 * Throws Fault `usage` for an unknown method or wrapper, `bad-parameter` for an unknown name or a value out of range.
 */
export function parseExpression(text: string, given: GivenParams = {}): Expression {
  const [baseId, ...wrapperIds] = text.trim().split('+')
  const base = findMethod(baseId, text)
  const chain = wrapperIds.map((id) => findWrapper(id, text))
  return { text: text.trim(), base, wrappers: chain, params: resolveParameters(base, chain, given) }
}

/** Reads a comma-separated list of expressions. Throws what `parseExpression` throws. */
export function parseExpressions(list: string, given: GivenParams = {}): readonly Expression[] {
  const texts = list.split(',').filter((text) => text.trim() !== '')
  if (texts.length === 0) throw new Fault('usage', 'No method is named.', { hint: knownMethods() })
  return texts.map((text) => parseExpression(text, given))
}

/** How the map is called: "Gradient, SmoothGrad squared". */
export function expressionTitle({ base, wrappers: chain }: Expression): string {
  return [base.title, ...chain.map((wrapper) => wrapper.title)].join(', ')
}

/** About how many passes at batch one an expression takes, for the forecast. */
export function expressionPasses({ base, wrappers: chain, params }: Expression, inputShape: readonly number[]): number {
  const passes = base.passes(params.base, inputShape)
  return chain.reduce((total, wrapper, index) => total * wrapper.repeats(params.wrappers[index]), passes)
}

/**
 * Computes a method expression for one input `[1, C, ...spatial]`: the base, then its wrappers from left to right.
 * Throws Fault `geometry-mismatch` for an input of another shape, and what the method and the model throw.
 */
export async function runExpression(context: AttributionContext, expression: Expression): Promise<Attribution> {
  checkInput(context)
  const { base, wrappers: chain, params } = expression
  const innermost: Inner = (inside) => runBase(base, inside, params.base)
  const whole = chain.reduce<Inner>(
    (inner, wrapper, index) => (inside) => wrapper.apply(inner, inside, params.wrappers[index]),
    innermost
  )
  return whole(context)
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

/** The registries hold methods of many parameter types; their own schemas parse the parameters before use. */
function findMethod(id: string, text: string): AttributionMethod {
  const method = methods.find((candidate) => candidate.id === id)
  if (method !== undefined) return method as unknown as AttributionMethod
  const isWrapper = wrappers.some((wrapper) => wrapper.id === id)
  const message = isWrapper
    ? `"${text}" starts with the wrapper ${id}: wrappers stand behind a method.`
    : `There is no method "${id}".`
  throw new Fault('usage', message, { subject: text, hint: knownMethods() })
}

function findWrapper(id: string, text: string): Wrapper {
  const wrapper = wrappers.find((candidate) => candidate.id === id)
  if (wrapper !== undefined) return wrapper as unknown as Wrapper
  throw new Fault('usage', `There is no wrapper "${id}" in "${text}".`, {
    subject: text,
    hint: `Wrappers: ${wrappers.map((candidate) => candidate.id).join(', ')}.`
  })
}

function knownMethods(): string {
  return `Methods: ${methods.map(({ id }) => id).join(', ')}.`
}
