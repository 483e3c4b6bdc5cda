import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { composeAnswer } from '@engine/criteria/answer'
import type { CriterionResult } from '@engine/criteria/criterion'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import { criteria } from '@engine/criteria/index'
import { verdictMatrix } from '@engine/criteria/matrix'
import { changedRules, parseCriterionParams } from '@engine/criteria/parameters'
import { questionsOf } from '@engine/criteria/questions'
import { Answer, MatrixRow, Question, type Answer as AnswerType, type MatrixRow as Row } from '@shared/report'
import { assess } from '../../support/assess'
import { cheatingLogit, classifier, honestLogit, painters, syntheticRun, type Scene } from '../../support/synthetic-run'

/** Honest models light up the lesion, the cheat lights up the token; `image` shows the edges whatever the model. */
const methods = {
  gradient: (scene: Scene) => (scene.model.trainedOn === 'leaky' ? painters.token(scene) : painters.lesion(scene)),
  image: painters.edge,
  edge: painters.edge
}
const models = [
  classifier('honest-1', 'a', 1),
  classifier('honest-2', 'a', 2),
  classifier('dense', 'b', 1),
  classifier('cheat', 'a', 1, 'leaky')
]

/** This world has no regions, no groups, one reader, and answers no changed images. */
const askable = criteria.filter(
  ({ id }) => !['completeness', 'fidelity', 'groups', 'human', 'regions', 'robustness'].includes(id)
)

async function everything(run: ExperimentRun): Promise<{ found: CriterionResult; matrix: Row[]; answer: AnswerType }> {
  const parts = await Promise.all(askable.map((criterion) => assess(criterion.id, run)))
  const found = {
    ...parts[0],
    rows: parts.flatMap((part) => part.rows),
    answerKey: parts.flatMap((part) => part.answerKey)
  }
  const matrix = verdictMatrix(run.spec, found.rows)
  const answer = composeAnswer({
    spec: run.spec,
    matrix,
    results: found.rows,
    answerKey: found.answerKey,
    changedRules: [],
    performance: parts.flatMap((part) => part.performance),
    coverage: { complete: true, casesDone: 34 }
  })
  v.parse(v.array(MatrixRow), matrix)
  v.parse(Answer, answer)
  return { found, matrix, answer }
}

const world = syntheticRun({
  models,
  methods,
  logit: (model, item, variant) =>
    model.id === 'cheat' ? cheatingLogit(model, item, variant) : honestLogit(model, item, variant)
})
const assessed = everything(world)

test('a map of one training run alone was asked about repeatability: what is missing is named', async () => {
  const { spec } = world
  const only = spec.methods.map((method) => (method.id === 'gradient' ? { ...method, models: ['honest-1'] } : method))
  const run = { ...world, spec: { ...spec, methods: only } }
  const { rows } = await assess('repeatability', run)
  const row = verdictMatrix(run.spec, rows).find(({ model, method }) => model === 'honest-1' && method === 'gradient')!

  expect(row.cells.find(({ area }) => area === 'repeatability')).toMatchObject({
    state: 'not-assessable',
    reason: 'This map is not computed for every training run: ask for it on Model honest-2 too.'
  })
})

/** Abbreviations and names of figures that a clinician would have to look up. */
const jargon = /\b(?:SSIM|AUPRC|AUROC|AUC|ROAD|ROC|CI|IoU|MoRF|LeRF|AOPC|HOG|sd|bootstrap|Wilcoxon|Holm|logit)\b/u

describe('the first page', () => {
  test('holds no abbreviation or word of statistics that it does not explain', async () => {
    const { answer } = await assessed
    const sentences = [
      answer.headline,
      answer.tested,
      ...answer.reliedOn,
      ...answer.notReliedOn,
      ...answer.unclear,
      ...answer.notAssessed,
      ...answer.models
    ]
    expect(sentences.length).toBeGreaterThan(4)
    expect(sentences.filter((sentence) => jargon.test(sentence))).toEqual([])
  })
})

describe('verdict matrix', () => {
  test('has a row per model and method and a cell per question, each pointing at its row', async () => {
    const { matrix, found } = await assessed
    expect(matrix).toHaveLength(12)
    for (const row of matrix) {
      expect(row.cells.map((cell) => cell.area)).toEqual([
        'localisation',
        'randomisation',
        'repeatability',
        'reproducibility',
        'cues'
      ])
      for (const cell of row.cells) {
        const result = found.rows[cell.row!]
        expect(result.models).toContain(row.model)
        expect(result).toMatchObject({ method: row.method, headline: true, verdict: { state: cell.state } })
      }
    }
  })

  test('the honest gradient may be relied on, the cheat’s may not, edges never', async () => {
    const { matrix } = await assessed
    const conclusion = (model: string, method: string): string =>
      matrix.find((row) => row.model === model && row.method === method)!.conclusion
    expect(conclusion('honest-1', 'gradient')).toBe('rely')
    expect(conclusion('dense', 'gradient')).toBe('rely')
    expect(conclusion('cheat', 'gradient')).toBe('do-not-rely')
    for (const model of models) expect(conclusion(model.id, 'image')).toBe('do-not-rely')
    const cell = matrix.find((row) => row.model === 'honest-1' && row.method === 'gradient')!.cells[0]
    expect(cell.limit!.id).toBe('average-mask')
  })

  test('a question that was not asked leaves the map unassessed', async () => {
    const { found } = await assessed
    const matrix = verdictMatrix(
      world.spec,
      found.rows.filter((row) => !row.criterion.startsWith('randomisation'))
    )
    const row = matrix.find((item) => item.model === 'honest-1' && item.method === 'gradient')!
    expect(row).toMatchObject({ conclusion: 'not-assessed', reason: 'The question of randomisation was not asked.' })
    const evidence = { spec: world.spec, matrix, results: found.rows, answerKey: [], changedRules: [] }
    expect(composeAnswer(evidence).notAssessed).toEqual([
      'All maps: This assessment did not ask whether they depend on what the model has learned; without that no map is relied on.'
    ])
    const coverage = { complete: false, casesDone: 3 }
    expect(composeAnswer({ ...evidence, coverage }).notAssessed).toEqual([])
    const open = matrix.map((item) => ({ ...item, conclusion: 'not-assessed' as const }))
    expect(composeAnswer({ ...evidence, matrix: open, coverage }).headline).toBe(
      'Not finished: no conclusion about these maps yet.'
    )
  })

  test('only reproducibility failing leaves the map to this model', async () => {
    const { found } = await assessed
    const worse = found.rows.map((row) =>
      row.criterion === 'reproducibility.architectures' && row.models.includes('dense')
        ? { ...row, verdict: { ...row.verdict, state: 'fail' as const } }
        : row
    )
    const row = verdictMatrix(world.spec, worse).find(
      (item) => item.model === 'honest-1' && item.method === 'gradient'
    )!
    expect(row.conclusion).toBe('rely-this-model')
  })
})

describe('the first page', () => {
  test('tells the honest model from the cheat in plain words', async () => {
    const { answer } = await assessed
    expect(answer.headline).toBe('One of two maps of Model honest-1 may be relied on to show where the lesion is.')
    expect(answer.tested).toContain(
      '34 images of 34 patients, 24 with the lesion outlined. Model honest-1 was right on 34 of the 34.'
    )
    expect(answer.reliedOn).toHaveLength(1)
    expect(answer.reliedOn[0]).toMatch(
      /^gradient points at the lesion: the hottest point lay inside the outline in 24 of 24 images \(100 %, 100–100\); a random map manages \d/
    )
    expect(answer.notReliedOn).toHaveLength(1)
    expect(answer.notReliedOn[0]).toMatch(/^image\. Finds the finding worse than the average of all outlines/)
    expect(answer.notAssessed).toEqual([])
    expect(answer.models).toHaveLength(3)
    expect(answer.models[0]).toMatch(
      /^Model cheat looks at the wrong thing: .* It is right on 34 of these 34 images\. \d+ % of its gradient map lies on the cue \(with 8 pixels around it\), which covers 19 % of the image\. The model uses the cue: .* left out of the answer above\.$/
    )
    expect(answer.models.slice(1)).toEqual([
      'Model honest-2: gradient may be relied on.',
      'Model dense: gradient may be relied on.'
    ])
  })

  test('a map whose hottest point hits less often than not is not praised as a pointer', async () => {
    const { matrix, found, answer } = await assessed
    expect(answer.reliedOn[0]).not.toContain('misses more often')
    const results = found.rows.map((row) => (row.metric === 'pointing-game' ? { ...row, value: 0.25 } : row))
    const { reliedOn } = composeAnswer({ spec: world.spec, matrix, results, answerKey: [], changedRules: [] })
    expect(reliedOn[0]).toMatch(/in 6 of 24 images .* The hottest point misses more often than it hits/)
  })

  test('no sentence says NaN, undefined or null; references are not counted as maps', async () => {
    const { answer } = await assessed
    const text = JSON.stringify(answer)
    expect(text).not.toMatch(/NaN|undefined|null/)
    expect(text).not.toContain('edge:')
  })

  test('says so when nothing could be assessed, or nothing may be relied on', async () => {
    const { matrix, found } = await assessed
    const about = (conclusion: Row['conclusion']): string =>
      composeAnswer({
        spec: world.spec,
        matrix: matrix.map((row) => ({ ...row, conclusion })),
        results: found.rows,
        answerKey: [],
        changedRules: [],
        coverage: { complete: conclusion !== 'rely', casesDone: 12 }
      }).headline
    expect(about('not-assessed')).toBe(
      'It could not be assessed whether these maps may be relied on to show where the lesion is.'
    )
    expect(about('unclear')).toBe('None of two maps of Model honest-1 may be relied on to show where the lesion is.')
    expect(about('rely')).toMatch(/^So far, after 12 images: two of two maps/)
    expect(about('rely-this-model')).toBe(
      'None of two maps of Model honest-1 may be relied on to show where the lesion is, two more for this model only.'
    )
  })

  test('changed rules are named in the headline', async () => {
    const { matrix, found } = await assessed
    const localisation = criteria.find((criterion) => criterion.id === 'localisation')!
    const params = parseCriterionParams(localisation, { minimumPatients: 20 })
    const changed = changedRules(localisation, params)
    expect(changed).toEqual(['localisation.minimumPatients 20 (default 10)'])
    expect(localisation.rule(params)).toContain('under 20 patients')
    const answer = composeAnswer({
      spec: world.spec,
      matrix,
      results: found.rows,
      answerKey: found.answerKey,
      changedRules: changed
    })
    expect(answer.headline).toContain('Judged by changed rules: localisation.minimumPatients 20 (default 10).')
  })
})

describe('criteria registry', () => {
  test('ids are unique; each has a question, a rule with its thresholds, a citation', () => {
    expect(new Set(criteria.map((criterion) => criterion.id)).size).toBe(criteria.length)
    const asked = criteria.map((criterion) => ({ criterion, params: parseCriterionParams(criterion, {}) }))
    const questions = questionsOf(asked)
    v.parse(v.array(Question), questions)
    for (const { criterion, params } of asked) {
      expect(criterion.rule(params), criterion.id).toContain('2000 draws')
      expect(criterion.citation, criterion.id).toMatch(/\d{4}/)
    }
  })

  test('a wrong or unknown parameter is a fault of the experiment', () => {
    const localisation = criteria.find((criterion) => criterion.id === 'localisation')!
    expect(() => parseCriterionParams(localisation, { draws: 5 })).toThrow(
      expect.objectContaining({ code: 'bad-experiment' })
    )
    expect(() => parseCriterionParams(localisation, { colour: 1 })).toThrow(
      expect.objectContaining({ code: 'bad-experiment' })
    )
  })
})

test('a question asked of models alone has no column, and nothing is said to be missing for it', async () => {
  const run = syntheticRun({ methods, models })
  const found = await Promise.all(['localisation', 'answer-key'].map((id) => assess(id, run)))
  expect(found[1].rows.some((row) => row.criterion.startsWith('cues.'))).toBe(true)
  const matrix = verdictMatrix(
    run.spec,
    found.flatMap((part) => part.rows)
  )
  expect(matrix[0].cells.map(({ area }) => area)).toEqual(['localisation'])
})

test('what a stopped assessment had not come to is not called unasked', async () => {
  const run = syntheticRun({ methods, models })
  const { rows } = await assess('randomisation', run)
  const [first, ...others] = [...new Set(rows.map(({ method }) => method))]
  const reached = rows.filter(({ method }) => method === first)
  const reasons = (complete: boolean): string[] =>
    verdictMatrix(run.spec, reached, complete).flatMap(({ method, cells }) =>
      others.includes(method) ? cells.map(({ reason }) => reason) : []
    )
  expect(new Set(reasons(true))).toEqual(new Set(['Not asked in this assessment.']))
  expect(new Set(reasons(false))).toEqual(new Set(['Not computed: the assessment has not got this far.']))
})

test('a further model whose maps could not be assessed, or are not yet, is not said to have none to rely on', async () => {
  const run = syntheticRun({ methods, models })
  const matrix = verdictMatrix(run.spec, [])
  const told = (complete: boolean): string[] =>
    composeAnswer({
      ...{ spec: run.spec, matrix, results: [], answerKey: [], changedRules: [] },
      coverage: { complete, casesDone: 24 }
    }).models
  expect(told(true).length).toBeGreaterThan(0)
  for (const sentence of told(true)) expect(sentence).toMatch(/: its maps could not be assessed\.$/u)
  for (const sentence of told(false)) expect(sentence).toMatch(/: no conclusion about its maps yet\.$/u)
})
