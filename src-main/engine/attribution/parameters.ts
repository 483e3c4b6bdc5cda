import * as v from 'valibot'
import { parseExpression, type MethodExpression } from '@engine/attribution/expression'
import { methods } from '@engine/attribution/methods/index'
import { paramMetadata, type ParamWidget } from '@engine/attribution/param'
import { wrappers } from '@engine/attribution/wrappers/index'
import { Fault } from '@engine/fault'

/** A parameter as given: text from the command line, or a JSON value. */
export type GivenValue = string | number | boolean | null | readonly number[]

/** By full name: `integrated-gradients.steps`, `sg.samples`. */
export type GivenParams = Readonly<Record<string, GivenValue>>

/** Parsed parameters of an expression: the base's, and one set per wrapper. */
export interface ExpressionParams {
  readonly base: Readonly<Record<string, unknown>>
  readonly wrappers: readonly Readonly<Record<string, unknown>>[]
  /** All of them by full name, defaults included: for the recipe. */
  readonly all: Readonly<Record<string, string | number | boolean | null>>
}

type Schema = v.ObjectSchema<v.ObjectEntries, undefined>

/** Namespaces and their schemas; wrappers of one family share a namespace. */
const namespaces: ReadonlyMap<string, Schema> = new Map<string, Schema>([
  ...methods.map(({ id, params }): [string, Schema] => [id, params]),
  ...wrappers.map(({ prefix, params }): [string, Schema] => [prefix, params])
])

/** Throws Fault `bad-parameter` for a name that no method or wrapper has. */
export function checkParameterNames(names: readonly string[]): void {
  for (const name of names) {
    const dot = name.indexOf('.')
    const schema = namespaces.get(name.slice(0, dot))
    const entry = schema?.entries[name.slice(dot + 1)]
    if (dot > 0 && entry !== undefined) continue
    const valid =
      schema === undefined || dot <= 0
        ? `Names are METHOD.NAME: ${[...namespaces].flatMap(([space, { entries }]) => Object.keys(entries).map((key) => `${space}.${key}`)).join(', ')}.`
        : `${name.slice(0, dot)} has ${listNames(name.slice(0, dot), schema)}.`
    throw new Fault('bad-parameter', `There is no parameter "${name}".`, { subject: name, hint: valid })
  }
}

/**
 * The parameters that concern an expression, parsed and completed by their defaults; those of other methods are left out.
 * Throws Fault `bad-parameter` for unknown names and for values outside the schema.
 */
export function resolveParameters(
  { base, wrappers: chain }: Pick<MethodExpression, 'base' | 'wrappers'>,
  given: GivenParams
): ExpressionParams {
  checkParameterNames(Object.keys(given))
  const parts = [
    { space: base.id, schema: base.params },
    ...chain.map(({ prefix, params }) => ({ space: prefix, schema: params }))
  ].map((part) => ({ ...part, values: parseNamespace(part.space, part.schema, given) }))
  const all: Record<string, string | number | boolean | null> = {}
  for (const { space, schema, values } of parts) {
    for (const key of Object.keys(schema.entries)) all[`${space}.${key}`] = plain(values[key])
  }
  const [own, ...around] = parts
  return { base: own.values, wrappers: around.map(({ values }) => values), all }
}

/** Checks every expression of a list against the given parameters before anything is computed. Throws Fault `usage`, `bad-parameter`. */
export function checkRequest(expressions: readonly string[], given: GivenParams): void {
  for (const text of expressions) resolveParameters(parseExpression(text), given)
}

function parseNamespace(space: string, schema: Schema, given: GivenParams): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  for (const [key, entry] of Object.entries(schema.entries)) {
    const value = given[`${space}.${key}`]
    if (value === undefined || value === null) continue
    values[key] = fromText(value, paramMetadata(entry as v.GenericSchema).widget)
  }
  const parsed = v.safeParse(schema, values)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const name = `${space}.${String(issue.path?.[0]?.key ?? '')}`
  throw new Fault('bad-parameter', `${name} cannot be ${JSON.stringify(given[name])}: ${issue.message}.`, {
    subject: name
  })
}

/** Text from a command line in the type the widget stands for; text that does not fit is left to the schema to refuse. */
function fromText(value: Exclude<GivenValue, null>, widget: ParamWidget): unknown {
  if (typeof value !== 'string') return value
  const numeric = value.trim() !== '' && Number.isFinite(Number(value))
  switch (widget) {
    case 'number':
    case 'integer':
    case 'baseline':
      return numeric ? Number(value) : value
    case 'list':
      return value.split(',').map(Number)
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value
    case 'text':
    case 'choice':
    case 'layer':
      return value
  }
}

function plain(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return Array.isArray(value) ? value.join(',') : JSON.stringify(value)
}

function listNames(space: string, schema: Schema): string {
  const names = Object.keys(schema.entries).map((key) => `${space}.${key}`)
  return names.length === 0 ? 'no parameters' : names.join(', ')
}
