import { expect, test } from 'vitest'
import { blindAllows, blindAnswer, blindEvent } from '@engine/handlers/reading/blind-gate'
import type { ReadingNow } from '@engine/handlers/reading/reading-desk'
import type { MapSummary } from '@shared/vocabulary'

const caseId = 'reading:study:reader:1'
const map: MapSummary = {
  ...{ mapId: 'map-1', caseId, modelId: 'honest', expression: 'gradcam', title: 'Grad-CAM', params: {} },
  ...{ target: { index: 0, label: 'Opacity' }, state: 'done', done: 1, total: 1, flat: false, seconds: 1 },
  ...{ reduction: '', cells: [4, 4, 1], notes: {}, recipe: '{}' },
  answer: { probability: 0.97, predicted: true }
}
const desk = { jobs: { casesOf: () => [] } } as never
const reading = (hidden: ReadingNow['hidden'], shown = false): ReadingNow => ({
  caseId,
  hidden,
  mode: 'study',
  waits: false,
  revealed: shown ? { modelId: 'honest', expression: 'gradcam', target: 'Opacity', params: {} } : null
})

/** Everything of maps that is said in a reading: by list, when they are queued, and by event. */
function said(now: ReadingNow): unknown[] {
  return [
    blindAnswer(desk, now, { command: 'map.list', output: [map] }),
    blindAnswer(desk, now, { command: 'map.compute', output: { jobId: 'job-1', maps: [map] } }),
    blindEvent(desk, now, { event: 'map', payload: map })
  ]
}

test('a map that may be seen tells nothing of a prediction that may not', () => {
  const { answer: _answer, ...alone } = map
  expect(said(reading(['prediction']))).toEqual([[alone], { jobId: 'job-1', maps: [alone] }, alone])
})

test('the map that was shown brings its prediction along', () => {
  const told = [[map], { jobId: 'job-1', maps: [map] }, map]
  expect(said(reading(['prediction', 'map'], true))).toEqual(told)
  expect(said(reading(['label']))).toEqual(told)
})

test('a map whose target the hidden answer would choose is not begun; one of a named finding is', () => {
  const ask = (hidden: ReadingNow['hidden'], target: string) => () => {
    const input = { cases: [caseId], models: ['honest'], methods: [{ expression: 'gradcam' }], target }
    return blindAllows(desk, reading(hidden), { command: 'map.compute', input })
  }
  for (const target of ['predicted', ' predicted ', 'positive', 'Opacity, predicted'])
    expect(ask(['prediction'], target)).toThrow('What this map explains would tell what is hidden in this reading.')
  expect(ask(['label'], 'label')).toThrow('would tell what is hidden')
  for (const [hidden, target] of [
    ['prediction', 'Opacity'],
    ['prediction', 'not:1'],
    ['prediction', 'label'],
    ['label', 'predicted']
  ] as const)
    expect(ask([hidden], target)()).toBe('answer')
})
