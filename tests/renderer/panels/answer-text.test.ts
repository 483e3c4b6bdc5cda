import { expect, it } from 'vitest'
import type { Prediction } from '@shared/vocabulary'
import { answerText } from '../../../src-renderer/panels/prediction/answer-text'

const prediction = {
  labels: ['Opacity', 'Nodule'],
  probabilities: [0.931, null],
  logits: [2.6, -1.5]
} as unknown as Prediction

it('says the answer for an output, and nothing for a target that is none or is still to be found', () => {
  expect(answerText(prediction, 0)).toBe('Opacity 0.93')
  expect(answerText(prediction, 1)).toBe('Nodule, logit -1.50')
  expect(answerText(prediction, -1)).toBe('')
})
