import { describe, expect, test } from 'vitest'
import { ruledOperators } from '@engine/compiler/rules'
import { quantized } from '@engine/compiler/rules/quantized'
import { quantizedOfRuntime } from '@engine/compiler/rules/quantized-of-runtime'
import type { TargetId } from '@engine/compiler/targets/target'
import { gradcheck } from '../../support/gradcheck'
import { activationCases } from './cases/activation-cases'
import { arithmeticCases } from './cases/arithmetic-cases'
import { convolutionCases } from './cases/convolution-cases'
import { matrixCases } from './cases/matrix-cases'
import { movementCases } from './cases/movement-cases'
import { normalizationCases } from './cases/normalization-cases'
import { poolingCases } from './cases/pooling-cases'
import { caseBatch, modelOf, type RuleCase, sizesOf } from './cases/rule-case'

const cases: readonly RuleCase[] = [
  ...activationCases,
  ...arithmeticCases,
  ...convolutionCases,
  ...matrixCases,
  ...movementCases,
  ...normalizationCases,
  ...poolingCases
]

/** float32 forward values, differenced: noise of about 1e-7 over the step. */
const tolerance = 1e-3

/** Other providers' formulations are run on the CPU, in the newest common operator set. */
function targetsIn(item: RuleCase, opset: number): readonly TargetId[] {
  return opset === 17 ? (item.targets ?? ['cpu']) : ['cpu']
}

/** Rounding is a staircase, whose differences say nothing: quantized.test.ts compares these with float twins. */
const straightThrough = [...Object.keys(quantized), ...Object.keys(quantizedOfRuntime)]

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
      inputs,
      of: item.of ?? 'y',
      target,
      batch: caseBatch,
      ...(item.step === undefined ? {} : { step: item.step })
    })
    expect(result.error).toBeLessThan(tolerance)
    expect(result.forwardError).toBeLessThan(1e-6)
  })
})
