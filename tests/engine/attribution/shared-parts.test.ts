import { describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import type { SharedPart, SharedParts } from '@engine/attribution/shared-parts'
import { quietJob } from '@engine/job'
import { analyticModel, threeTerms } from '../../support/analytic-model'

const input = { data: Float32Array.of(0.5, -1, 2), shape: [1, 1, 1, 3] }

/** A memory without limits that says what was made. */
function memory(): SharedParts & { readonly made: string[] } {
  const kept = new Map<string, Promise<unknown>>()
  const made: string[] = []
  const part: SharedPart = <Value>(key: string, make: () => Promise<Value>) => {
    if (!kept.has(key)) {
      made.push(key)
      kept.set(key, make())
    }
    return kept.get(key) as Promise<Value>
  }
  return { ofImage: part, ofMap: part, made }
}

async function mapOf(text: string, shared?: SharedParts, seed = 1): Promise<{ values: number[]; rows: number }> {
  const model = analyticModel(threeTerms)
  const context = { model, input, start: { data: Float32Array.of(1), shape: [1, 1] }, of: 'logit', seed } as const
  const params = { 'sg.samples': 6, 'sg.sigma': 0.3, 'integrated-gradients.steps': 4 }
  const { map } = await runExpression({ ...context, job: quietJob(), shared }, parseExpression(text), params)
  return { values: [...map.data], rows: model.seen.rows }
}

describe('maps of one image that share their parts', () => {
  const texts = [
    'integrated-gradients',
    'integrated-gradients+sg',
    'integrated-gradients+sg2',
    'integrated-gradients+var',
    'integrated-gradients+sg+abs',
    'integrated-gradients+abs'
  ]

  it('are the same numbers as alone, and ask the model for each part once', async () => {
    const shared = memory()
    const rows: number[] = []
    for (const text of texts) {
      const together = await mapOf(text, shared)
      expect(together.values).toEqual((await mapOf(text)).values)
      rows.push(together.rows)
    }
    const alone = (await mapOf('integrated-gradients')).rows
    // The plain map and six noisy copies of it; everything else is made of these.
    expect(rows.map((count) => count > 0)).toEqual([true, true, false, false, false, false])
    expect(rows[0]).toBe(alone)
  })

  it('share nothing between seeds or numbers of copies', async () => {
    const shared = memory()
    const first = await mapOf('gradient+sg', shared, 1)
    const other = await mapOf('gradient+sg', shared, 2)
    expect(other.rows).toBe(first.rows)
    expect(other.values).not.toEqual(first.values)
  })

  it('keep no map of a noisy copy as one of the image', async () => {
    const shared = memory()
    await mapOf('gradient+sg', shared)
    const plain = await mapOf('gradient', shared)
    expect(plain.rows).toBe(1)
    expect(plain.values).toEqual((await mapOf('gradient')).values)
  })
})
