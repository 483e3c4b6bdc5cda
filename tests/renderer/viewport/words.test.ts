import { describe, expect, it } from 'vitest'
import type { MapSummary, ParamField, Prediction } from '@shared/vocabulary'
import { stateLine } from '../../../src-renderer/panels/maps/map-state'
import { parseParam, problemOf } from '../../../src-renderer/panels/picker/param-text'
import { answerProbability } from '@shared/number-words'
import { answerText } from '../../../src-renderer/panels/prediction/answer-text'
import { columnsByModel, gridShape } from '../../../src-renderer/panels/viewer/grid-shape'

const map = (changes: Partial<MapSummary>): MapSummary => ({
  mapId: 'm',
  caseId: 'c',
  modelId: 'a',
  expression: 'gradcam',
  title: 'Grad-CAM',
  params: {},
  target: { index: 0, label: 'opacity' },
  state: 'done',
  done: 1,
  total: 1,
  flat: false,
  seconds: 2.2,
  reduction: '',
  cells: [16, 16, 1],
  notes: {},
  recipe: '',
  ...changes
})
const facts = { stopping: false, secondsLeft: null, verdict: null, reference: false }

describe('the second line of a map', () => {
  it('says what is going on', () => {
    expect(stateLine(map({ state: 'waiting' }), facts)).toBe('waiting')
    expect(stateLine(map({ state: 'computing', done: 16, total: 25 }), { ...facts, secondsLeft: 40 })).toBe(
      '64 %, about 40 s left'
    )
    expect(stateLine(map({ state: 'computing', done: 16, total: 25 }), facts)).toBe('64 %')
    expect(stateLine(map({ state: 'computing' }), { ...facts, stopping: true })).toBe('Stopping…')
    expect(stateLine(map({ state: 'cancelled', done: 12, total: 25 }), facts)).toBe('Stopped at 12 of 25')
    expect(
      stateLine(map({ state: 'failed', fault: { code: 'unsupported-op', message: 'No rule for X.' } }), facts)
    ).toBe('Not computed: No rule for X.')
  })

  it('says what is known of a finished map', () => {
    expect(stateLine(map({}), facts)).toBe('computed in 2 s')
    expect(stateLine(map({}), { ...facts, verdict: 'ignores the training' })).toBe('ignores the training')
    expect(stateLine(map({ flat: true }), facts)).toBe('the same everywhere')
    expect(stateLine(map({}), { ...facts, reference: true })).toBe('reference, not an explanation')
  })
})

describe('the prediction in words', () => {
  const prediction: Prediction = {
    caseId: 'c',
    modelId: 'a',
    labels: ['opacity', 'none'],
    logits: [2.5, -1],
    probabilities: [0.93, null],
    threshold: 0.5,
    predicted: 0,
    aggregate: null,
    perSlice: [],
    seconds: 0
  }

  it('is a probability, or a logit where the card names no activation', () => {
    expect(answerText(prediction, 0)).toBe('opacity 0.93')
    expect(answerText(prediction, 1)).toBe('none, logit -1.00')
    expect([0.999, 0.001, 0.5, 0].map(answerProbability)).toEqual(['0.999', '0.001', '0.50', '0.00'])
  })
})

describe('settings typed as text', () => {
  const field = (type: ParamField['type'], limits: Partial<ParamField> = {}): ParamField => ({
    name: 'x.y',
    title: 'Y',
    type,
    default: 3,
    description: '',
    ...limits
  })

  it('become values of the right kind', () => {
    expect(parseParam(' 12 ', field('integer'))).toBe(12)
    expect(parseParam('', field('integer'))).toBeNull()
    expect(parseParam('black', field('baseline'))).toBe('black')
    expect(parseParam('3,8,8', field('list'))).toBe('3,8,8')
  })

  it('are refused with a sentence', () => {
    expect(problemOf('1.5', field('integer'))).toBe('A whole number is needed here.')
    expect(problemOf('many', field('number'))).toBe('A number is needed here.')
    expect(problemOf('1', field('integer', { min: 2 }))).toBe('At least 2.')
    expect(problemOf('9', field('integer', { max: 8 }))).toBe('At most 8.')
    expect(problemOf('3,a', field('list'))).toMatch(/^Numbers with commas/u)
    expect(problemOf('', field('integer', { min: 2 }))).toBeNull()
  })
})

describe('grid of maps', () => {
  const room = { width: 1200, height: 900 }

  it('is as square as the room allows', () => {
    expect(gridShape(1, room)).toEqual({ columns: 1, rows: 1 })
    expect(gridShape(2, room)).toEqual({ columns: 2, rows: 1 })
    expect(gridShape(6, room)).toEqual({ columns: 3, rows: 2 })
    expect(gridShape(24, room)).toEqual({ columns: 6, rows: 4 })
    expect(gridShape(8, { width: 900, height: 650 }).columns).toBe(3)
  })

  it('has a row per model when all have the same maps', () => {
    const of = (...models: string[]): { modelId: string }[] => models.map((modelId) => ({ modelId }))

    expect(columnsByModel(of('a', 'a', 'b', 'b'))).toBe(2)
    expect(columnsByModel(of('a', 'a', 'b'))).toBeNull()
    expect(columnsByModel(of('a', 'a'))).toBeNull()
    expect(columnsByModel([null])).toBeNull()
  })
})
