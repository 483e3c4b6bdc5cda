import type { AttributionMethod } from '@engine/attribution/method'
import { methods } from '@engine/attribution/methods/index'
import type { Wrapper } from '@engine/attribution/wrapper'
import { wrappers } from '@engine/attribution/wrappers/index'
import { Fault } from '@engine/fault'

/** A base method and the wrappers behind it, left to right: `gradient+sg2+abs`. */
export interface MethodExpression {
  /** As written: the map's name in files and tables. */
  readonly text: string
  readonly base: AttributionMethod
  readonly wrappers: readonly Wrapper[]
}

/** Reads `BASE[+WRAPPER...]`. Throws Fault `usage` for an unknown method or wrapper, naming what there is. */
export function parseExpression(text: string): MethodExpression {
  const [baseId, ...wrapperIds] = text.trim().split('+')
  const base = findMethod(baseId, text)
  return { text: text.trim(), base, wrappers: wrapperIds.map((id) => findWrapper(id, text)) }
}

/** Reads a comma-separated list of expressions. Throws Fault `usage`. */
export function parseExpressions(list: string): readonly MethodExpression[] {
  const texts = list.split(',').filter((text) => text.trim() !== '')
  if (texts.length === 0) throw new Fault('usage', 'No method is named.', { hint: knownMethods() })
  return texts.map(parseExpression)
}

/** How the map is called: "Gradient + SmoothGrad squared". */
export function expressionTitle({ base, wrappers: chain }: MethodExpression): string {
  return [base.title, ...chain.map((wrapper) => wrapper.title)].join(' + ')
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
