import { describe, expect, test } from 'vitest'
import type { RunModel } from '@engine/criteria/experiment-run'
import { assess, headlineRow } from '../../support/assess'
import { classifier, painters, syntheticRun } from '../../support/synthetic-run'

const methods = { lesion: painters.lesion }

describe('a model without an activation', () => {
  test.each(['completeness', 'fidelity'])('%s says that logits are compared, with it probabilities', async (id) => {
    const ruleOf = async (model: RunModel): Promise<string> => {
      const run = syntheticRun({ methods, patients: 12, models: [model] })
      return headlineRow(await assess(id, run, { images: 2 }), 'lesion').verdict.rule
    }
    const model = classifier('a1', 'a', 1)
    expect(await ruleOf(model)).toMatch(/, probability\b/)
    expect(await ruleOf({ ...model, activation: 'none' })).toMatch(/, logit\b/)
    expect(await ruleOf({ ...model, activation: 'none' })).not.toMatch(/probability\b/)
  })
})

describe('replicates that see the image differently', () => {
  const seeing = (id: string, replicate: number, size: string, mean: string): RunModel => ({
    ...classifier(id, 'a', replicate),
    sees: { place: { size }, values: { mean } }
  })

  test('are not compared pixel by pixel on the grid of a model', async () => {
    const models = [seeing('a1', 1, '[32,32]', '[0]'), seeing('a2', 2, '[64,64]', '[0]')]
    const { verdict } = headlineRow(await assess('repeatability', syntheticRun({ methods, models })), 'lesion')
    expect(verdict.state).toBe('not-assessable')
    expect(verdict.reason).toMatch(/the models see the image differently \(size\): give them one preprocessing/)
  })

  test('are compared with a word where only their values differ, and without one where nothing does', async () => {
    const notes = async (mean: string): Promise<string> => {
      const models = [seeing('a1', 1, '[32,32]', '[0]'), seeing('a2', 2, '[32,32]', mean)]
      const row = headlineRow(await assess('repeatability', syntheticRun({ methods, models })), 'lesion')
      expect(row.verdict.state).toBe('pass')
      return row.notes.join(' ')
    }
    expect(await notes('[0.5]')).toMatch(/a1 and a2 are given the image differently \(mean\)/)
    expect(await notes('[0]')).not.toMatch(/differently/)
  })
})

test('one reader is held against what more than half of the others marked, and the row says so', async () => {
  const run = syntheticRun({ methods, patients: 12, negatives: 0 })
  const mask = (from: number): Uint8Array =>
    Uint8Array.from({ length: 1024 }, (_, at) => Number(at >= from && at < 512))
  // The third reader against the first two: both marked 256…511, which is what the third marked.
  const readers = [0, 256, 256].map((from, index) => ({ reader: `r${index}`, mask: mask(from), afterReveal: null }))
  const held = { ...run, readers: () => Promise.resolve({ readers, shape: [32, 32] }) }
  const { rows } = await assess('localisation', held, { randomDraws: 1 })
  const precision = rows.find((row) => row.metric === 'average-precision' && row.method === 'lesion')!
  const reference = precision.references.find(({ id }) => id === 'readers')!
  expect(reference.title).toContain('more than half of them marked')
  // The first against the two others .5 precise (512 pixels for 256), the others against the majority exact.
  expect(reference.value).toBeCloseTo((0.5 + 1 + 1) / 3, 6)
})
