import { describe, expect, test } from 'vitest'
import { ruledOperators } from '@engine/compiler/rules'
import { quantized } from '@engine/compiler/rules/quantized'
import { quantizedOfRuntime } from '@engine/compiler/rules/quantized-of-runtime'
import type { TargetId } from '@engine/compiler/targets/target'
import { gradcheck } from '../../support/gradcheck'
import { everyCase as cases } from './cases'
import { caseBatch, modelOf, type RuleCase, singleOnly, sizesOf } from './cases/rule-case'

/** Our gradient is float32. Differences of a float32 model carry noise of about 1e-7 over the step on top. */
const tolerances = { double: 2e-5, single: 1e-3 }

/** Other providers' formulations are run on the CPU, in the newest common operator set. */
function targetsIn(item: RuleCase, opset: number): readonly TargetId[] {
  return opset === 17 ? (item.targets ?? ['cpu']) : ['cpu']
}

/** Rounding is a staircase, whose differences say nothing: quantized.test.ts compares these with float twins. */
const straightThrough = [
  ...Object.keys(quantized),
  ...Object.keys(quantizedOfRuntime).map((opType) => `com.microsoft::${opType}`)
]

test('every rule has a gradient check', () => {
  const checked = new Set([...cases.map((item) => item.op), ...straightThrough])
  expect(ruledOperators.filter((op) => !checked.has(op))).toEqual([])
})

describe.each(ruledOperators.filter((op) => !straightThrough.includes(op)))('%s', (op) => {
  const own = cases.filter((item) => item.op === op)
  const runs = own.flatMap((item) =>
    item.opsets.flatMap((opset) => targetsIn(item, opset).map((target) => ({ item, opset, target, title: item.title })))
  )

  test.each(runs)('$title, opset $opset, $target', async ({ item, opset, target }) => {
    const inputs = Object.fromEntries(
      Object.entries(item.inputs).map(([name, input]) => [name, { ...input, dims: sizesOf(input) }])
    )
    const result = await gradcheck({
      model: modelOf(item, opset),
      twin: modelOf(item, opset, 'float64'),
      inputs,
      of: item.of ?? 'y',
      target,
      batch: caseBatch,
      ...(item.step === undefined ? {} : { step: item.step })
    })
    expect(result.double || singleOnly.has(op), 'differenced in float64').toBe(true)
    expect(result.error).toBeLessThan(result.double ? tolerances.double : tolerances.single)
    expect(result.forwardError).toBeLessThan(1e-6)
  })
})
