import { type MethodExpression, parseExpression } from '@engine/attribution/expression'
import { type GivenParams, resolveParameters } from '@engine/attribution/parameters'
import { presets } from '@engine/attribution/presets/index'
import type { Preset } from '@engine/attribution/presets/preset'
import { type Reduction, scoringReduction } from '@engine/attribution/reduction'
import { Fault } from '@engine/fault'

/** A map that is to be made: by an expression of the user's, or by a preset. */
export interface PlannedMap {
  /** Name in files and tables. */
  readonly id: string
  readonly expression: MethodExpression
  readonly params: GivenParams
  readonly reduction: Reduction
}

/** The maps of a preset; parameters given by the user win over the preset's. Throws Fault `usage` for an unknown preset, `bad-parameter`. */
export function presetMaps(id: string, given: GivenParams = {}): readonly PlannedMap[] {
  return findPreset(id).maps.map(({ id: name, expr, params, reduction }) => {
    const planned = {
      id: name ?? expr,
      expression: parseExpression(expr),
      params: { ...params, ...given },
      reduction: reduction ?? scoringReduction
    }
    resolveParameters(planned.expression, planned.params)
    return planned
  })
}

/** Maps of expressions as they were written, reduced the usual way. Throws Fault `usage`, `bad-parameter`. */
export function expressionMaps(expressions: readonly MethodExpression[], params: GivenParams): readonly PlannedMap[] {
  return expressions.map((expression) => {
    resolveParameters(expression, params)
    return { id: expression.text, expression, params, reduction: scoringReduction }
  })
}

function findPreset(id: string): Preset {
  const found = presets.find((preset) => preset.id === id)
  if (found !== undefined) return found
  throw new Fault('usage', `There is no preset "${id}".`, {
    subject: id,
    hint: `Presets: ${presets.map((preset) => preset.id).join(', ')}.`
  })
}
