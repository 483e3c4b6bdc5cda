import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileBackward } from '@engine/compiler/compile'
import { describeModel } from '@engine/compiler/describe'
import { openModel } from '@engine/graph/open'
import { probeModel } from '@engine/graph/probe'
import { settleControlFlow } from '@engine/graph/rewriting/control-flow'
import { inlineFunctions } from '@engine/graph/rewriting/functions'
import { float32, openSession, runModel, runSession } from '../../support/gradcheck-ort'

/** Made by tools/exports: both exporters of PyTorch, operator sets 9 to 23, with expected values from torch in float64. */
const folder = process.env.SALISCOPE_EXPORTS ?? fileURLToPath(new URL('../../fixtures/exports', import.meta.url))

interface Expected {
  readonly target: number
  readonly networks: Readonly<Record<string, { input: number[]; logits: number[]; gradient: number[] }>>
  readonly files: readonly { readonly file: string; readonly network: string }[]
}
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected

const rows = 2
const farthest = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.max(...b.map((value, index) => Math.abs(value - a[index]))) / Math.max(...b.map(Math.abs))

describe('exports full of shape arithmetic', () => {
  test('cover both exporters and the operator sets', () => {
    const opsets = (exporter: string): number[] =>
      expected.files
        .filter(({ file }) => file.includes(`tokens-${exporter}-`))
        .map(({ file }) => Number(/(\d+)\.onnx$/.exec(file)?.[1]))
    expect(opsets('torchscript')).toEqual(expect.arrayContaining([9, 10, 11, 13, 14, 17, 18, 20]))
    expect(opsets('dynamo')).toEqual(expect.arrayContaining([18, 20, 21, 23]))
  })

  test.each(expected.files)('$file: logits and gradient are torch’s, with a free batch', async ({ file, network }) => {
    const settled = await settleControlFlow(inlineFunctions(openModel(join(folder, file))), runModel)
    const model = await probeModel(settled, runModel)
    expect(model.batch).toBe('dynamic')
    const description = describeModel(model)
    expect(description.ops.filter(({ rule }) => !rule)).toEqual([])
    const { logits } = description.output
    const compiled = compileBackward({ model, of: logits, wrt: ['x'], composite: 'gradient', target: 'cpu' })
    const session = await openSession(compiled.source)
    const start = new Float32Array(rows * 3)
    for (let row = 0; row < rows; row++) start[3 * row + expected.target] = 1
    const { input, logits: scores, gradient } = expected.networks[network]
    const found = await runSession(
      session,
      {
        x: float32(Float32Array.from(input), [rows, 2, 8, 8]),
        [compiled.startInput]: float32(start, [rows, 3])
      },
      [compiled.outputs.logits, compiled.outputs.gradients.x]
    )
    expect(farthest(found[compiled.outputs.logits].data as Float32Array, scores)).toBeLessThan(1e-5)
    expect(farthest(found[compiled.outputs.gradients.x].data as Float32Array, gradient)).toBeLessThan(1e-5)
    await session.release()
  })

  test.each(expected.files.filter(({ network }) => network === 'tokens'))(
    '$file: the token layer is found',
    async ({ file }) => {
      const model = await probeModel(openModel(join(folder, file)), runModel)
      const [layer] = describeModel(model).layers
      expect(layer).toMatchObject({ shape: [5, 8], tokens: { grid: [2, 2], drop: 1, axis: 0 } })
    }
  )
})
