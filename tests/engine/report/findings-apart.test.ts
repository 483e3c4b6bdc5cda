import { describe, expect, it } from 'vitest'
import { composeAnswer } from '@engine/criteria/answer'
import { writeReport } from '@engine/report/write-report'
import { answerKeyFigure } from '@shared/figures/answer-key'
import { modelsOnCues, modelUses } from '@shared/model-uses'
import { compareReports } from '@shared/report-comparison'
import type { AnswerKey, Report, ResultRow } from '@shared/report'
import { classifier, syntheticRun } from '../../support/synthetic-run'
import { sampleReport } from './sample-report'
import { resultRow } from './sample-rows'

/** What moves the answers of the two models of the sample report, for two findings each. */
const uses: readonly (readonly [model: string, finding: string, AnswerKey['uses']])[] = [
  ['honest-1', 'nodule', 'finding'],
  ['honest-1', 'effusion', 'finding'],
  ['token', 'nodule', 'cue'],
  ['token', 'effusion', 'finding']
]

function keys(): AnswerKey[] {
  const known = sampleReport().answerKey
  return uses.map(([model, finding, used]) => ({
    ...known.find((key) => key.model === model)!,
    finding,
    uses: used
  }))
}

const rowFor = (finding: string, value: number, about: Partial<ResultRow> = {}): ResultRow => ({
  ...resultRow({ criterion: 'cues.answer-key', metric: 'logit-drop', method: '', model: 'token', value }),
  finding,
  ...about
})

const report = (change: Partial<Report> = {}): Report => sampleReport({ answerKey: keys(), ...change })

describe('a report about two findings', () => {
  it('names the finding of every row in the table, the figure and its numbers', () => {
    const { html } = writeReport(report())
    const scene = answerKeyFigure(keys(), (id) => id)

    for (const [model, finding] of uses) expect(scene.description).toContain(`${model}: ${finding}`)
    expect(html).toMatch(/<th scope="row">[^<]*: effusion<\/th>/u)
    expect(scene.data.columns.slice(0, 2)).toEqual(['model', 'finding'])
    expect(new Set(scene.data.rows.map((row) => `${row[0]} ${row[1]}`)).size).toBe(4)
  })

  it('says once which model looks at the wrong thing, and takes it for one that does in pictures', () => {
    const twice = keys().map((key) => (key.model === 'token' ? { ...key, uses: 'cue' as const } : key))
    expect(modelsOnCues(twice)).toEqual(['token'])
    expect(modelUses(keys(), 'token')).toBe('cue')
    expect(modelUses(keys(), 'honest-1')).toBe('finding')
    expect(modelUses([], 'honest-1')).toBeNull()
  })

  it('states the finding as the target of its line in results.csv', () => {
    const { csv } = writeReport(report({ results: [rowFor('nodule', 3), rowFor('effusion', 4)] }))
    expect(csv.split('\n').filter((line) => line.includes(',nodule,'))).toHaveLength(12)
    expect(csv.split('\n').filter((line) => line.includes(',effusion,'))).toHaveLength(12)
  })

  it('compares each finding with its own, and with an older report that names the only one nowhere', () => {
    const two = report({ results: [rowFor('nodule', 3), rowFor('effusion', 5)] })
    const with1 = { ...two, recipe: { ...two.recipe, preprocessing: { token: 'ab'.repeat(32) } } }
    expect(compareReports(with1, with1).compared.map(({ a, b }) => [a, b])).toEqual([
      [3, 3],
      [5, 5]
    ])
    const one = { ...with1, results: [rowFor('nodule', 3)] }
    const { finding: _unnamed, ...older } = rowFor('nodule', 2)
    expect(compareReports(one, { ...one, results: [older] }).compared).toMatchObject([{ a: 3, b: 2 }])
  })

  it('names on the first page for which finding the cue is used and for which it is not', () => {
    const models = [classifier('token', 'a', 1)]
    const { models: sentences } = composeAnswer({
      spec: syntheticRun({ models }).spec,
      matrix: [],
      results: [
        rowFor('nodule', 3, {
          verdict: { state: 'fail', rule: 'r', reason: 'For nodule, the model uses the cue: x.' }
        }),
        rowFor('effusion', 3, { verdict: { state: 'pass', rule: 'r', reason: 'For effusion, … finding.' } })
      ],
      answerKey: keys().filter(({ model }) => model === 'token'),
      changedRules: []
    })
    expect(sentences).toHaveLength(1)
    expect(sentences[0]).toContain('looks at the wrong thing for nodule:')
    expect(sentences[0]).toContain('For nodule, the model uses the cue: x. For effusion it uses the finding.')
  })
})
